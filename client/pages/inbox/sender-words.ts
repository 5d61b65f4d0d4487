import { type Sender, senderOf } from "@smscrm/core/replies/sender";
import { formatPhone } from "../../ui/words/format.ts";

const CHANNELS: Readonly<Record<string, string>> = {
  whatsapp: "WhatsApp",
  rcs: "RCS",
  messenger: "Messenger",
};

/** A number that this role sees masked: the server knows it by the reference behind it. */
const MASKED = /^(?:([a-z]+):)?(\+\d*•[\d•]*(?:#.*)?)$/i;

function senderShown(address: string): Sender {
  const [, channel, phone] = MASKED.exec(address) ?? [];
  if (!phone) return senderOf(address);
  return channel ? { kind: "channel", channel: channel.toLowerCase(), phone } : { kind: "number", phone };
}

/** Who a conversation is with, if no contact has the address: a number, or what else it is. */
export function senderWords(address: string): string {
  const sender = senderShown(address);
  if (sender.kind === "number") return formatPhone(sender.phone);
  if (sender.kind === "channel") {
    const channel = CHANNELS[sender.channel] ?? sender.channel;
    return `${channel} ${sender.phone ? formatPhone(sender.phone) : address.slice(address.indexOf(":") + 1)}`;
  }
  return sender.kind === "short-code" ? `Short code ${address}` : `${address} (sender name)`;
}

/** Says why no text can go to an address that is no number, or null for a number. */
export function whyNoTexts(address: string): string | null {
  const { kind } = senderShown(address);
  if (kind === "number") return null;
  if (kind === "channel") return "This came from another channel. Texts go to mobile numbers only.";
  return kind === "short-code"
    ? "This is a short code of a company or a network. It can't be texted."
    : "This is a sender name. It can't be texted.";
}
