import { CAMPAIGN_STATUSES } from "@smscrm/core/campaigns/campaign";
import { conversationTag } from "@smscrm/core/inbox/conversation-tag";
import { DIMENSIONS, FIGURES } from "@smscrm/core/reports/figures";
import { isDay } from "@smscrm/core/reports/period";
import { SEND_JOB_STATUSES } from "@smscrm/core/send/send-job";
import { INBOX_VIEWS } from "@smscrm/db/inbox/inbox";
import { z } from "zod";
import { id, moment, search, tag } from "./inputs.ts";

// What a list can be filtered by: the same on its page and in its file.

export const contactFilter = {
  search: search.optional(),
  tag: tag.optional(),
  optedOut: z.boolean().optional(),
  /** Contacts whose custom field has this value, as a person writes it. */
  field: z
    .strictObject({ name: z.string().min(1).max(64), value: z.string().trim().min(1).max(500) })
    .optional(),
};

const day = z
  .string()
  .max(10, "Write a day as 2026-11-30.")
  .refine(isDay, "This is not a day. Write it as 2026-11-30.");

export const messageFilter = {
  /** What a figure of a report counts; then no other filter counts. */
  counted: z
    .strictObject({
      figure: z.enum(FIGURES),
      from: day,
      to: day,
      by: z.enum(DIMENSIONS).optional(),
      key: z.string().max(100).optional(),
    })
    .optional(),
  campaignId: id.optional(),
  status: z.enum(SEND_JOB_STATUSES).optional(),
  reason: z.string().trim().min(1).max(100).optional(),
  /** A name, or any part of one or of a number. */
  search: search.optional(),
  since: moment.optional(),
  until: moment.optional(),
  submittedSince: moment.optional(),
};

export const conversationFilter = {
  view: z.enum(INBOX_VIEWS).default("all"),
  campaignId: id.optional(),
  /** Who takes care of it; null: nobody. */
  assigneeId: id.nullish(),
  teamId: id.nullish(),
  tag: conversationTag.optional(),
  /** The kind of the last message. */
  kind: z
    .enum(["none", "help", "ask-a-person", "partial-opt-out", "wants-texts", "opt-out", "opt-in", "reaction"])
    .optional(),
  /** Words of a text, a name, or a part of a number. */
  search: search.optional(),
};

export const doNotContactFilter = { search: search.optional(), since: moment.optional() };

export const campaignFilter = { status: z.enum(CAMPAIGN_STATUSES).optional() };
