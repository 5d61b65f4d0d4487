import { senderOf } from "@smscrm/core/replies/sender";
import { formatPhone } from "../../ui/words/format.ts";

const CHANNELS: Readonly<Record<string, string>> = {
  whatsapp: "WhatsApp",
  rcs: "RCS",
  messenger: "Messenger",
};

/** Who a conversation is with, if no contact has the address: a number, or what else it is. */
export function senderWords(address: string): string {
  const sender = senderOf(address);
  if (sender.kind === "number") return formatPhone(sender.phone);
  if (sender.kind === "channel") {
    const channel = CHANNELS[sender.channel] ?? sender.channel;
    return `${channel} ${sender.phone ? formatPhone(sender.phone) : address.slice(address.indexOf(":") + 1)}`;
  }
  return sender.kind === "short-code" ? `Short code ${address}` : `${address} (sender name)`;
}

/** Says why no text can go to an address that is no number, or null for a number. */
export function whyNoTexts(address: string): string | null {
  const { kind } = senderOf(address);
  if (kind === "number") return null;
  if (kind === "channel") return "This came from another channel. Texts go to mobile numbers only.";
  return kind === "short-code"
    ? "This is a short code of a company or a network. It can't be texted."
    : "This is a sender name. It can't be texted.";
}
