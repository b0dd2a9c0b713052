"""Finding whom to ask: which entry comes first for what people really type, and that the index never tells old news."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from servicedesk.catalog import actions as catalog
from servicedesk.catalog.finding import find, words
from servicedesk.catalog.models import FindingRevision, RequestType
from servicedesk.kernel.transaction import transaction
from servicedesk.people import actions as people
from tests.cast import by, department

NOW, LATER = "2026-04-06 10:00", "2026-04-06 11:00"

# key -> (ru, en, keywords, description in ru)
TYPES = {
    "it.vpn": ("Удалённый доступ", "Remote access", ["VPN", "удалёнка", "работа из дома"], "Подключение к сети из дома."),
    "it.laptop": ("Ноутбук", "Laptop", ["компьютер", "computer", "макбук"], "Выдача и замена."),
    "it.printer": ("Принтер и сканер", "Printer and scanner", ["печать", "МФУ", "картридж", "toner"], "Не печатает, зажевал бумагу."),
    "it.wifi": ("Беспроводная сеть", "Wireless network", ["wi-fi", "вай-фай", "интернет", "internet"], "Для гостей и сотрудников."),
    "it.password": ("Сброс пароля", "Password reset", ["логин", "учётная запись", "account", "login"], "Если вас не пускает."),
    "it.mail": ("Электронная почта", "E-mail", ["аутлук", "outlook", "рассылка"], "Ящик, подпись, группы рассылки."),
    "hr.vacation": ("Отпуск", "Vacation", ["отпускные", "holiday", "leave", "выходной"], "Заявление на отпуск."),
    "hr.proof": ("Справка с места работы", "Employment certificate", ["2-НДФЛ", "для визы", "proof of employment"], "Для банка или посольства."),
    "hr.sick": ("Больничный лист", "Sick leave", ["болезнь", "ill"], "Сообщить о болезни."),
    "hr.newcomer": ("Выход нового сотрудника", "Newcomer", ["приём на работу", "onboarding", "новичок"], "Что подготовить к первому дню."),
    "site.pass": ("Пропуск", "Pass", ["бейдж", "badge", "турникет", "карта доступа"], "Для сотрудника или гостя."),
    "site.clean": ("Уборка", "Cleaning", ["мусор", "клининг"], "Кабинеты и переговорные."),
    "site.heat": ("Слишком жарко или холодно", "Too hot or cold", ["кондиционер", "отопление", "air conditioning"], "Температура в кабинете."),
    "site.furniture": ("Мебель", "Furniture", ["стол", "стул", "кресло", "chair", "desk"], "Заказ и ремонт."),
    "legal.contract": ("Проверка договора", "Contract review", ["соглашение", "контракт", "NDA"], "До подписания."),
    "legal.proxy": ("Доверенность", "Power of attorney", ["подпись", "полномочия"], "На представителя."),
    "money.trip": ("Командировка", "Business trip", ["билеты", "гостиница", "hotel", "поездка"], "Билеты и аванс."),
    "money.invoice": ("Оплата счёта", "Pay an invoice", ["счёт", "платёж", "поставщик", "bill"], "Счёт от поставщика."),
    "money.salary": ("Зарплата", "Salary", ["расчётный листок", "премия", "payslip"], "Вопросы о начислениях."),
    "money.refund": ("Возмещение расходов", "Expense refund", ["авансовый отчёт", "чек", "expenses"], "По чекам."),
}  # fmt: skip
DEPARTMENTS = {
    "site": ({"ru": "Хозяйственный отдел", "en": "Facilities"}, {"ru": "Чтобы в офисе было тепло, чисто и светло."}),
    "money": ({"ru": "Бухгалтерия", "en": "Accounting"}, {"ru": "Считаем и платим вовремя."}),
}
TOPICS = {
    "Сергей Ковалёв": ["серверная", "кабели"], "Мария Петрова": ["визы", "загранпаспорта"], "Анна Иванова": ["НДС"],
    "Пётр Щукин": ["парковка"],
}  # fmt: skip

# What is typed and what must stand first in its group.
FIRST = {
    "as it is called": [
        ("пропуск", "site.pass"), ("Пропуск", "site.pass"), ("laptop", "it.laptop"), ("отпуск", "hr.vacation"),
        ("business trip", "money.trip"), ("ИТ", "it"), ("бухгалтерия", "money"),
    ],
    "other words for it": [
        ("бейдж", "site.pass"), ("VPN", "it.vpn"), ("wifi", "it.wifi"), ("wi-fi", "it.wifi"), ("вайфай", "it.wifi"),
        ("компьютер", "it.laptop"), ("2-ндфл", "hr.proof"), ("badge", "site.pass"), ("outlook", "it.mail"),
        ("payslip", "money.salary"), ("nda", "legal.contract"),
    ],
    "inflected": [
        ("пропуска", "site.pass"), ("с пропусками", "site.pass"), ("справку", "hr.certificate"), ("справок", "hr.certificate"),
        ("договоров", "legal.contract"), ("доверенности", "legal.proxy"), ("командировку", "money.trip"),
        ("ноутбуками", "it.laptop"), ("в бухгалтерию", "money"), ("printers", "it.printer"), ("passwords", "it.password"),
        ("билет", "money.trip"), ("счета", "money.invoice"), ("стулья", "site.furniture"), ("invoices", "money.invoice"),
    ],
    "whole sentences": [
        ("мой пропуск не работает", "site.pass"), ("my pass does not work", "site.pass"), ("как мне оформить отпуск", "hr.vacation"),
        ("не печатает принтер", "it.printer"), ("I need a new chair", "site.furniture"), ("забыл пароль", "it.password"),
        ("в кабинете очень холодно", "site.heat"), ("нужна справка для визы", "hr.proof"), ("кто оплатит счёт", "money.invoice"),
    ],
    "while typing": [
        ("проп", "site.pass"), ("дов", "legal.proxy"), ("vac", "hr.vacation"), ("бухг", "money"), ("команд", "money.trip"),
    ],
    "slips of the finger: missing, doubled, swapped, neighbouring letters, ё and е": [
        ("прпуск", "site.pass"), ("пропусск", "site.pass"), ("пропукс", "site.pass"), ("прорпуск", "site.pass"), ("принтр", "it.printer"),
        ("доверенноть", "legal.proxy"), ("комадировка", "money.trip"), ("зорплата", "money.salary"), ("vacatoin", "hr.vacation"),
        ("pasword", "it.password"), ("certifcate", "hr.certificate"), ("удаленный доступ", "it.vpn"), ("счёта", "money.invoice"),
        ("кандиционер", "site.heat"), ("мибель", "site.furniture"), ("furnitre", "site.furniture"), ("больнчный", "hr.sick"),
    ],
    "the other keyboard": [
        ("ghjgecr", "site.pass"), ("jngecr", "hr.vacation"), ("gfhjkm", "it.password"), ("дфзещз", "it.laptop"), ("lheujq yjen,er", "it.laptop"),
        (",e[ufknthbz", "money"), ("ghjgecrf yt hf,jnf.n", "site.pass"), ("зфыыцщкв", "it.password"), ("k.ghbynth", "it.printer"),
    ],
    "what is said of it alone": [
        ("посольства", "hr.proof"), ("тепло", "site"),
    ],
    "people and what they answer": [
        ("Ковалёв", "Сергей Ковалёв"), ("ковалеву", "Сергей Ковалёв"), ("загранпаспорт", "Мария Петрова"), ("серверной", "Сергей Ковалёв"),
        ("Щукен", "Пётр Щукин"), ("gfhrjdrf", "Пётр Щукин"), ("Ивановой", "Анна Иванова"), ("визы", "Мария Петрова"),
    ],
}  # fmt: skip


@pytest.fixture
def catalogue(cast, adam):
    with transaction():
        stamp = by(adam, NOW)
        for key, (name, mission) in DEPARTMENTS.items():
            people.add_department(stamp, key=key, name=name, mission=mission)
        for key, (ru, en, keywords, description) in TYPES.items():
            catalog.add_request_type(
                stamp, department(key.partition(".")[0]), key=key, name={"ru": ru, "en": en}, keywords=keywords,
                description={"ru": description},
            )  # fmt: skip
        for number, (name, topics) in enumerate(TOPICS.items()):
            people.add_person(
                stamp, email=f"p{number}@example.com", name=name, department=department("money"), topics=topics
            )


def add_type(adam, key: str, name: str, keywords: list[str], description: str) -> RequestType:
    with transaction():
        return catalog.add_request_type(
            by(adam, NOW), department(key.partition(".")[0]), key=key, name={"ru": name}, keywords=keywords,
            description={"ru": description} if description else None,
        )  # fmt: skip


def first(text: str) -> set[str]:
    """What stands first in each group."""
    found = find(text)
    return {
        *(row.key for row in (*found.request_types[:1], *found.departments[:1])),
        *(person.name for person in found.people[:1]),
    }


@pytest.mark.parametrize("how", FIRST)
def test_what_is_meant_comes_first(catalogue, how):
    missed = {typed: (expected, first(typed)) for typed, expected in FIRST[how] if expected not in first(typed)}
    assert missed == {}


def test_the_better_word_wins(cast, adam):
    """Exact name, keyword, beginning, stem, typo, description: in this order."""
    names = {
        "it.f": ("Выдача", [], "Здесь сказано: пылесос."), "it.e": ("Пылисос", [], ""), "it.d": ("Два пылесоса", [], ""),
        "it.c": ("Пылесосный мешок", [], ""), "it.b": ("Техника", ["пылесос"], ""), "it.a": ("Пылесос", [], ""),
    }  # fmt: skip
    for key, (name, keywords, description) in names.items():
        add_type(adam, key, name, keywords, description)
    found = [row.key for row in find("пылесос", most=9).request_types]
    assert [key for key in found if key in names] == ["it.a", "it.b", "it.c", "it.d", "it.f"]
    assert [row.key for row in find("пылисос").request_types][:1] == ["it.e"]
    assert [row.key for row in find("пылесоз", most=9).request_types][:1] == ["it.a"]


def test_what_is_switched_off_is_not_found(cast, adam, maria):
    row = add_type(adam, "it.fax", "Факс", [], "")
    assert [found.key for found in find("факс").request_types] == ["it.fax"]
    with transaction():
        catalog.change_request_type(by(adam, LATER), row, {"active": False})
    assert find("факс").request_types == ()
    assert [found.name for found in find("maria").people] == ["Maria"]
    with transaction():
        people.change_person(by(adam, LATER), maria, {"active": False})
    assert find("maria").people == ()


def test_a_department_that_is_switched_off_takes_its_types_with_it(cast, adam):
    assert find("incident it.incident").request_types
    with transaction():
        people.change_department(by(adam, LATER), department("it"), {"active": False})
    found = find("ИТ")
    assert (found.request_types, found.departments) == ((), ())


def test_topics_of_a_person_are_found_as_soon_as_they_are_saved(cast, igor):
    assert find("мониторы").people == ()
    with transaction():
        people.change_person(by(igor, LATER), igor, {"topics": ["Мониторы и док-станции"]})
    assert [person.name for person in find("монитором").people] == ["Igor"]
    assert [person.name for person in find("докстанция").people] == ["Igor"]


def test_a_change_that_was_rolled_back_is_never_found(cast, igor):
    with pytest.raises(RuntimeError), transaction():
        people.change_person(by(igor, LATER), igor, {"topics": ["дирижабли"]})
        raise RuntimeError
    assert find("дирижабли").people == ()


def test_another_appearance_makes_no_new_index(cast, igor, db):
    before = db.session.scalar(select(FindingRevision.token))
    with transaction():
        people.change_person(by(igor, LATER), igor, {"theme": "dark"})
    assert db.session.scalar(select(FindingRevision.token)) == before
    with transaction():
        people.change_person(by(igor, LATER), igor, {"name": "Igor the Second"})
    assert db.session.scalar(select(FindingRevision.token)) != before


def test_a_search_is_one_statement(catalogue, count_queries):
    find("пропуск")
    count_queries()
    find("справка")
    assert count_queries() == 1


@pytest.mark.parametrize(
    "text", ["", "   ", "!!!", "-", "\0", "🙂", "а" * 100_000, "%_\\", "' OR 1=1 --", "a " * 5000, "()[]{}*+?"]
)
def test_anything_may_be_typed(cast, text):
    assert find(text).count >= 0


def test_the_other_keyboard_is_its_own_opposite():
    assert words.other_keyboard("ghjgecr") == "пропуск"
    assert words.other_keyboard(words.other_keyboard("Привет, мир")) == "Привет, мир"
