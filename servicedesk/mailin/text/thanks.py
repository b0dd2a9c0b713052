"""Whether a short answer only thanks: every word of it must belong to a phrase of gratitude that is listed here.

A complaint taken for thanks would be lost, thanks taken for a complaint reopen a request in vain; so what is not
listed counts as a complaint.
"""

from __future__ import annotations

import re

from servicedesk.mailin.text.complaints import complains
from servicedesk.mailin.text.lines import cleaned

_LONGEST = 200

_THANKS = {
    "ru": "спасибо|спасибо большое|большое спасибо|большое вам спасибо|огромное спасибо|огромное вам спасибо|спасибо огромное|спасибо вам"
    "|спасибо вам большое|спасибо вам огромное|спасибо тебе|спасибки|спс|благодарю|благодарю вас|благодарим|благодарим вас"
    "|очень благодарен|очень благодарна|дякую|дуже дякую",
    "en": "thanks|thank you|thank you so much|thank you very much|many thanks|thanks a lot|thanks so much|thanks very much|thx|thnx"
    "|thanks again|thank you again|a big thank you|big thanks|huge thanks|thanks a million|cheers|much appreciated"
    "|i appreciate it|really appreciate it|i really appreciate it|appreciated",
}
_FOR = {
    "ru": "за помощь|за вашу помощь|за быструю помощь|за оперативную помощь|за ответ|за быстрый ответ|за оперативный ответ"
    "|за оперативность|за скорость|за работу|за решение|за поддержку|за информацию|за разъяснение|за разъяснения|за подсказку"
    "|за совет|за содействие|за понимание|за всё|за все",
    "en": "for your help|for the help|for all your help|for helping|for the quick help|for your quick help|for the quick response"
    "|for your quick response|for your response|for the response|for the quick reply|for your quick reply|for your reply"
    "|for your answer|for the answer|for the support|for your support|for the info|for the information|for the update"
    "|for fixing it|for fixing this|for fixing that|for your time|for everything",
}
_ALONGSIDE = """
всё работает|все работает|теперь всё работает|теперь все работает|уже всё работает|уже все работает|работает|заработало
всё заработало|все заработало|получилось|всё получилось|все получилось|помогло|это помогло|очень помогли|вы очень помогли
вы мне очень помогли|всё хорошо|все хорошо|всё отлично|все отлично|всё в порядке|все в порядке|всё супер|все супер|всё ок|все ок
проблема решена|вопрос решён|вопрос решен|вопрос закрыт|решено|отлично|супер|прекрасно|замечательно|класс|круто|здорово
хорошо|ок|окей|ага|да|понял|поняла|понятно|ясно|принято|получил|получила|получили|вижу|всё получил|всё получила
можно закрывать|можно закрыть|закрывайте|запрос можно закрыть|запрос можно закрывать|заявку можно закрыть|заявку можно закрывать
хорошего дня|хорошего вам дня|хорошего вечера|хороших выходных|всего доброго|всего хорошего|до свидания|удачи
добрый день|доброе утро|добрый вечер|здравствуйте|привет|коллеги|уважаемые коллеги|с уважением|вы лучшие|вы супер|очень быстро
ok|okay|okey|k|great|perfect|excellent|awesome|wonderful|super|cool|nice|fantastic|brilliant|lovely|good|very good|got it|received
understood|noted|yes|works|it works|it works now|works now|works great|works fine|works perfectly|it works great|it works fine
it works perfectly|everything works|everything works now|everything is working|everything is working now|it is working now
it's working|it's working now|working now|now it works|all good|all good now|all is good|all is well|all is fine|all fine|it worked
that worked|this worked|worked|that helped|it helped|this helped|that did it|that did the trick|problem solved|issue solved
issue resolved|problem resolved|solved|resolved|fixed|it is fixed|it's fixed|it is fixed now|you can close it
you can close the ticket|you can close this ticket|you can close this|you may close it|you may close the ticket
please close the ticket|please close this ticket|have a nice day|have a great day|have a good day|have a nice weekend
have a great weekend|have a good one|hi|hello|dear all|hi all|hi team|hello team|good morning|good afternoon|bye|regards
best regards|kind regards|best|you are the best|you're the best|you guys are great|you are great|you rock|great job|good job
well done|great work|great support
"""
# Faces, hands, hearts and flowers that smile; any other picture may mean anything.
_SMILES = re.compile(
    r"[:;=8][-']?[)DdPp]+|(?<!\()\)+|<3|\^_?\^"
    "|[\U0001f600-\U0001f60e\U0001f618-\U0001f61d\U0001f642\U0001f917\U0001f929\U0001f970\u263a]"
    "|[\U0001f44b-\U0001f44d\U0001f44f\U0001f64c\U0001f64f\U0001f91d\U0001f4aa][\U0001f3fb-\U0001f3ff]?"
    "|[\U0001f389\U0001f38a\U0001f525\U0001f499-\U0001f49c\u2764\u2705\u2714\u2728\U0001f339\U0001f490\U0001f338]|\ufe0f"
)
_TOKEN = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*|\n|\S")
_PUNCTUATION = frozenset('.,!;:-–—…*_"«»&\n')


def _phrases(table: str) -> frozenset[tuple[str, ...]]:
    return frozenset(tuple(phrase.split()) for line in table.split("\n") for phrase in line.split("|") if phrase)


_THANKFUL = frozenset(
    thanks + what
    for language, table in _THANKS.items()
    for thanks in _phrases(table)
    for what in (*_phrases(_FOR[language]), ())
)
_KNOWN = _THANKFUL | _phrases(_ALONGSIDE) | _phrases("и|and|а|ещё раз|еще раз|again")
_MOST_IN_PHRASE = max(map(len, _KNOWN))
# Not names, though they may follow a comma and begin with a capital.
_VERB_ENDINGS = ("лось", "лись", "лся", "лась", "ется", "ится", "ает", "ует")


def is_thanks(text: str) -> bool:
    """Whether `text`, without quotation and signature, only thanks, in Russian or English. Never raises."""
    text = text.strip()
    if not text or len(text) > _LONGEST:
        return False
    tokens = _TOKEN.findall(_SMILES.sub(" . ", cleaned(text)))
    thankful, index = False, 0
    while index < len(tokens):
        if tokens[index] in _PUNCTUATION:
            index += 1
        elif length := _phrase_at(tokens, index):
            thankful = thankful or _folded(tokens[index : index + length]) in _THANKFUL
            index += length
        elif length := _name_at(tokens, index):
            index += length
        else:
            return False
    return thankful


def _phrase_at(tokens: list[str], index: int) -> int:
    """The number of words in the longest listed phrase that begins there, 0 without one."""
    for length in range(_MOST_IN_PHRASE, 0, -1):
        if _folded(tokens[index : index + length]) in _KNOWN:
            return length
    return 0


def _name_at(tokens: list[str], index: int) -> int:
    """The number of words in a name that begins there: «Спасибо, Иван Петрович!», «Анна, спасибо»."""
    length = 0
    while index + length < len(tokens) and length < 3 and _is_name(tokens[index + length]):
        length += 1
    before = next((one for one in reversed(tokens[:index]) if not one.isspace()), "")
    after = tokens[index + length] if index + length < len(tokens) else ""
    addressed = before == "," and after in ("", ".", "!", ",", "\n")
    return length if length and (addressed or (not before and after in (",", "!"))) else 0


def _is_name(word: str) -> bool:
    return word[:1].isupper() and len(word) > 1 and not complains(word) and not word.casefold().endswith(_VERB_ENDINGS)


def _folded(tokens: list[str]) -> tuple[str, ...]:
    return tuple(token.casefold().replace("’", "'") for token in tokens)
