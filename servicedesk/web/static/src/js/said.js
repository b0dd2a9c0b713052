// A sentence with a number, in the form that the language wants for it. The template wrote all forms into data-NAME-one, -few
// and -many, each with some number in its place: see bulk/_words.html.
const rules = new Intl.PluralRules(document.documentElement.lang);

export function said(place, name, number) {
  const form = { one: "one", few: "few" }[rules.select(number)] ?? "many";
  const text = place.getAttribute(`data-${name}-${form}`) ?? "";
  return text.replace(/\d+/, new Intl.NumberFormat(document.documentElement.lang).format(number));
}
