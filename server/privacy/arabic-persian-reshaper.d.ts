/** The package brings no types. */
declare module "arabic-persian-reshaper" {
  export const ArabicShaper: {
    /** Returns the text with each Arabic letter in the form that it has at its place in the word. */
    convertArabic(text: string): string;
  };
}
