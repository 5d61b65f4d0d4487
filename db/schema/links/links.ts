import type { PersonClicks } from "@smscrm/core/links/click-privacy";
import type { Device } from "@smscrm/core/links/visitor";
import { sql } from "drizzle-orm";
import { foreignKey, index, integer, pgTable, primaryKey, smallint, text, uuid } from "drizzle-orm/pg-core";
import { campaigns } from "../campaigns.ts";
import { at, tenantId } from "../columns.ts";
import { contacts } from "../contacts.ts";
import { tenants } from "../tenants.ts";

/** A tenant's settings of short links. No row: the defaults. */
export const linkSettings = pgTable(
  "link_settings",
  {
    tenantId: tenantId()
      .primaryKey()
      .references(() => tenants.id),
    /** The tenant's own domain of short links; null: they lead to the server's own address. */
    domain: text("domain"),
    /** What the domain's TXT record has to show. */
    domainToken: text("domain_token"),
    /** When the record was seen and the domain led here; null: not yet, so it is not used. */
    domainVerifiedAt: at("domain_verified_at"),
    /** The only hosts that short links lead to. */
    allowedHosts: text("allowed_hosts").array().notNull().default(sql`'{}'`),
    /** Whose clicks are kept. */
    personClicks: text("person_clicks").$type<PersonClicks>().notNull().default("by-law"),
    /** How long a link works after the launch. */
    expiresDays: smallint("expires_days").notNull().default(90),
    updatedAt: at("updated_at").notNull().defaultNow(),
  },
  (table) => [index("link_settings_domain").on(table.domain)],
);

/** The destinations of a launched campaign's text, in the order of the text, and how often each was clicked. */
export const campaignLinks = pgTable(
  "campaign_links",
  {
    tenantId: tenantId(),
    campaignId: uuid("campaign_id").notNull(),
    position: smallint("position").notNull(),
    /** Random. Two with the same code, in different tenants, lead nowhere. */
    code: text("code").notNull(),
    url: text("url").notNull(),
    /** Where the short link leads before its code, such as `https://go.example.com`: as it was at the launch. */
    base: text("base").notNull(),
    expiresAt: at("expires_at").notNull(),
    /** People who clicked it. */
    people: integer("people").notNull().default(0),
    /** Clicks, once per person and kind of device. */
    clicks: integer("clicks").notNull().default(0),
    /** Clicks that were counted without a person. */
    unnamed: integer("unnamed").notNull().default(0),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.campaignId, table.position] }),
    index("campaign_links_code").on(table.code),
    foreignKey({
      name: "campaign_links_campaign",
      columns: [table.tenantId, table.campaignId],
      foreignColumns: [campaigns.tenantId, campaigns.id],
    }).onDelete("cascade"),
  ],
);

/** The clicks of a campaign, over all its links. A process that counts clicks locks this row first. */
export const campaignClicks = pgTable(
  "campaign_clicks",
  {
    tenantId: tenantId(),
    campaignId: uuid("campaign_id").notNull(),
    people: integer("people").notNull().default(0),
    clicks: integer("clicks").notNull().default(0),
    unnamed: integer("unnamed").notNull().default(0),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.campaignId] }),
    foreignKey({
      name: "campaign_clicks_campaign",
      columns: [table.tenantId, table.campaignId],
      foreignColumns: [campaigns.tenantId, campaigns.id],
    }).onDelete("cascade"),
  ],
);

/** Whose link it is, by the code in it. Written with the attempt; deleted once the link has expired or the person is erased. */
export const linkRecipients = pgTable(
  "link_recipients",
  {
    tenantId: tenantId(),
    campaignId: uuid("campaign_id").notNull(),
    code: text("code").notNull(),
    sendJobId: uuid("send_job_id").notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.campaignId, table.code] })],
);

/** That a person clicked a link, once for each kind of device. */
export const linkClicks = pgTable(
  "link_clicks",
  {
    tenantId: tenantId(),
    campaignId: uuid("campaign_id").notNull(),
    sendJobId: uuid("send_job_id").notNull(),
    position: smallint("position").notNull(),
    device: text("device").$type<Device>().notNull(),
    contactId: uuid("contact_id").notNull(),
    clickedAt: at("clicked_at").notNull(),
  },
  (table) => [
    primaryKey({
      name: "link_clicks_once",
      columns: [table.tenantId, table.campaignId, table.sendJobId, table.position, table.device],
    }),
    index("link_clicks_contact").on(table.tenantId, table.contactId),
  ],
);

/** When each contact clicked last: one look-up for the audiences that ask. */
export const clickedContacts = pgTable(
  "clicked_contacts",
  {
    tenantId: tenantId(),
    contactId: uuid("contact_id").notNull(),
    lastClickedAt: at("last_clicked_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.contactId] }),
    foreignKey({
      name: "clicked_contacts_contact",
      columns: [table.tenantId, table.contactId],
      foreignColumns: [contacts.tenantId, contacts.id],
    }).onDelete("cascade"),
  ],
);
