/**
 * Who sent a text. Not every sender is a number: networks use short codes and names, and carriers deliver other
 * channels with a prefix ("whatsapp:+64211234567").
 */
export type Sender =
  | { kind: "number"; phone: string }
  /** `phone` is the number behind the channel's address, if it has one. */
  | { kind: "channel"; channel: string; phone: string | null }
  | { kind: "short-code" }
  | { kind: "name" };

/** The format that the do-not-contact list requires. */
const E164 = /^\+[1-9]\d{6,14}$/;
const CHANNEL = /^([a-z][a-z0-9_]{1,19}):(.+)$/i;
const SHORT_CODE = /^\d{3,8}$/;

/** Returns what an address of a carrier is. */
export function senderOf(address: string): Sender {
  if (E164.test(address)) return { kind: "number", phone: address };
  const channel = CHANNEL.exec(address);
  if (channel) {
    const [, name, behind] = channel;
    return { kind: "channel", channel: name!.toLowerCase(), phone: E164.test(behind!) ? behind! : null };
  }
  return { kind: SHORT_CODE.test(address) ? "short-code" : "name" };
}

/** Returns the number of a sender that can be texted, or null. A person who opts out on a channel means their number. */
export function numberBehind(address: string): string | null {
  const sender = senderOf(address);
  return "phone" in sender ? sender.phone : null;
}
