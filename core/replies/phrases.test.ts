import { describe, expect, test } from "vitest";
import { PHRASES } from "./languages.ts";
import { findPhrases, indexPhrases, parsePhrase } from "./phrases.ts";
import { tokenise } from "./tokens.ts";

const SETS = { SEND: "send* text" };
const isCourtesy = (word: string) => word === "please";

/** Whether a phrase is found in a text. */
const finds = (phrase: string, text: string) =>
  findPhrases(tokenise(text), indexPhrases([parsePhrase(phrase, SETS, phrase)]), isCourtesy).found.length > 0;

describe("a phrase of the files in `words`", () => {
  test.each([
    ["words in order", "stop now", "please stop now", true],
    ["words in order", "stop now", "now stop", false],
    ["one of several", "end|stop it", "stop it", true],
    ["one of several", "end|stop it", "end it", true],
    ["a beginning", "unsub* me", "unsubscribing me", true],
    ["a beginning", "unsub* me", "sub me", false],
    ["a first beginning is shorter than the word", "unsubscribe* me", "un me", false],
    ["a word that may be missing", "stop [the] texts", "stop texts", true],
    ["a word that may be missing", "stop [the] texts", "stop the texts", true],
    ["a word that may be missing, at the end", "stop [it]", "stop", true],
    ["a first word that may be missing", "[do] stop", "stop", true],
    ["a set of the file", "no <SEND|calls>", "no sending", true],
    ["a set of the file", "no <SEND|calls>", "no text", true],
    ["a set and more words", "no <SEND|calls>", "no calls", true],
    ["a gap of up to three words", "stop ~ texts", "stop all of these texts", true],
    ["a gap of up to three words", "stop ~ texts", "stop all of these silly texts", false],
    ["a gap of none", "stop ~ texts", "stop texts", true],
    ["no gap over the end of a sentence", "stop ~ texts", "stop it. New texts", false],
    ["a gap at the end of the text", "stop ~ texts", "stop", false],
    ["no sentence between two words", "stop it", "stop. It rains", false],
    ["a comma between two words", "stop it", "stop, it rains", true],
    ["the beginning of a clause", "^ no", "hello, no", true],
    ["the beginning of a clause, courtesies aside", "^ no", "please no", true],
    ["the beginning of a clause", "^ no", "he says no", false],
    ["the end of a clause", "me off $", "take me off, thanks", true],
    ["the end of a clause, courtesies aside", "me off $", "take me off please", true],
    ["the end of a clause", "me off $", "take me off work", false],
    ["signs without spaces", "别再发", "你别再发了", true],
    ["signs count half in a gap", "别 ~ 发", "别给我们又再发", true],
    ["another case, accents and lookalikes", "ARRETE", "Arrêté", true],
    ["Cyrillic with a Latin letter", "стоп", "Cтоп", true],
    ["Latin with a Cyrillic letter", "stop", "stор", true],
    ["letters of two alphabets that no other can replace", "stop", "stopж", false],
    ["an and that Hebrew joins to a word", "תפסיקו", "ותפסיקו", true],
    ["Latin letters beside signs", "sms停止", "sms停止a", true],
  ])("%s: %s in %j is %s", (_, phrase, text, isFound) => expect(finds(phrase, text)).toBe(isFound));

  test("of marks only has no words", () => expect(tokenise("?! …").words).toEqual([]));
});

describe("long hostile texts", () => {
  const LENGTH = 1_600;
  /** Steps of a text that repeats a piece, for each of its characters. */
  const stepsPerCharacter = (piece: string, length: number) => {
    const tokens = tokenise(piece.repeat(length).slice(0, length));
    return findPhrases(tokens, PHRASES, (word) => word === "please").steps / length;
  };

  test.each([
    ...[
      "no ",
      "no quiero ",
      "stop ",
      "please ",
      "a ",
      "не ",
      "لا ",
      "ما ",
      "别",
      "送",
      "아",
      "don t ",
      "x, ",
    ],
    ...[
      "stop~",
      "no no me ",
      "не хочу ",
      "huwag na ako ",
      "nie ",
      "không ",
      "मत ",
      "please no ",
      ". ",
      "dung gui ",
    ],
  ])("%j repeated costs a bounded number of steps for each character", (piece) => {
    const short = stepsPerCharacter(piece, LENGTH / 4);
    const long = stepsPerCharacter(piece, LENGTH);
    expect(long).toBeLessThan(120);
    // A search that looked back or ahead over the whole text would need four times as many.
    expect(long).toBeLessThan(short * 1.5 + 1);
  });
});
