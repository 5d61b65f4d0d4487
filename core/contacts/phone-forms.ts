/** A number that has two forms: how the other one is written, and how we keep it. */
interface TwoForms {
  other: RegExp;
  kept: string;
}

/**
 * Networks and files still use both. The kept form is the one that the country dials today.
 *
 * - Mexico: mobiles had a 1 after +52 until August 2019 (IFT, Plan Técnico Fundamental de Numeración).
 * - Argentina: mobiles have a 9 after +54 when called from abroad, and some carriers leave it out of texts.
 * - Brazil: mobiles got a ninth digit, a 9, from 2012 to 2016 (Anatel, Resolução 553/2010).
 * - Benin: numbers got 01 in front on 30 November 2024 (ARCEP Bénin).
 */
const FORMS: readonly TwoForms[] = [
  { other: /^\+521(\d{10})$/, kept: "+52$1" },
  { other: /^\+54([1-8]\d{9})$/, kept: "+549$1" },
  { other: /^\+55([1-9][1-9])([689]\d{7})$/, kept: "+55$19$2" },
  { other: /^\+229([2-9]\d{7})$/, kept: "+22901$1" },
];

/**
 * Returns the form in which a person's number is kept, for numbers that texts came from or that must not be texted.
 * A file's number is another matter: an Argentine number without the 9 may be a landline.
 */
export function keptForm(e164: string): string {
  const found = FORMS.find(({ other }) => other.test(e164));
  return found ? e164.replace(found.other, found.kept) : e164;
}
