import { z } from "zod";

export const TAGS_MAX = 20;

/** A tag of a conversation, in its one form: "VIP " and "vip" are the same tag. */
export const conversationTag = z
  .string()
  .max(400, "Use at most 40 characters for a tag.")
  .transform((text) => text.normalize("NFC").trim().replace(/\s+/gu, " ").toLowerCase())
  .pipe(
    z
      .string()
      .min(1, "Write a tag.")
      .max(40, "Use at most 40 characters for a tag.")
      .regex(/^[^\p{Cc},]+$/u, "Write a tag without commas."),
  );
