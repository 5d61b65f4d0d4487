/** What a person or a machine writes, and its expected result. */
export interface Conversation {
  name: string;
  texts: readonly string[];
  /** Whether the person is on the do-not-contact list afterwards. */
  listed: boolean;
  /** The most automatic answers that it may get. */
  answersMax: number;
  /** Whether all texts are sent at once. */
  atOnce?: true;
}

const NEWS = "News from Ann's shop. Reply STOP to opt out";

export const CONVERSATIONS: readonly Conversation[] = [
  { name: "a reaction", texts: [`Liked “${NEWS}”`], listed: false, answersMax: 0 },
  { name: "an Android reaction", texts: [`👍 to “${NEWS}”`], listed: false, answersMax: 0 },
  { name: "a Spanish reaction", texts: [`Le gustó “${NEWS}”`], listed: false, answersMax: 0 },
  {
    name: "yes after an opt-out",
    texts: ["please stop texting me", "yes!", "Yes"],
    listed: true,
    answersMax: 1,
  },
  {
    name: "ok after an opt-out",
    texts: ["take me off your list", "ok", "sure"],
    listed: true,
    answersMax: 1,
  },
  {
    name: "an auto-reply",
    texts: Array.from(
      { length: 6 },
      () => "Auto-reply: I'm driving and will get back to you. Text HELP for more",
    ),
    listed: false,
    answersMax: 0,
  },
  {
    name: "a loop",
    texts: Array.from({ length: 12 }, () => "Ayuda"),
    listed: false,
    answersMax: 1,
    atOnce: true,
  },
];
