import type { Role } from "./roles.ts";

/**
 * Whether members may sign in through the tenant's identity provider: no; yes; or only so ("required"). Where it is
 * required, an owner with a second factor of ours may still use the password, so that a broken provider locks nobody out
 * for ever.
 */
export const SINGLE_SIGN_ON_MODES = ["off", "offered", "required"] as const;
export type SingleSignOnMode = (typeof SINGLE_SIGN_ON_MODES)[number];

/** A row of the tenant's map. The order of the rows decides: the first whose group a person has gives their role. */
export interface GroupRole {
  group: string;
  role: Role;
}

/** The most groups that are read from one answer. */
const GROUPS_MAX = 1_000;

/** What a provider states about a person, after its signature was checked. */
export type Claims = Readonly<Record<string, unknown>>;

/** Returns the groups in a claim, which is a list of names or one name. */
export function groupsIn(claims: Claims, claimName: string): string[] {
  const value = Object.hasOwn(claims, claimName) ? claims[claimName] : undefined;
  const names = Array.isArray(value) ? value : [value];
  return names.filter(isGroupName).slice(0, GROUPS_MAX);
}

const GROUP_LENGTH_MAX = 500;

/** A name with a control character or half a letter is nobody's group, and could not be stored. */
const isGroupName = (name: unknown): name is string =>
  typeof name === "string" && /^[^\p{Cc}\p{Cs}]+$/u.test(name) && name.length <= GROUP_LENGTH_MAX;

/** Returns the role of the first row whose group the person has, or null if they have none of them. */
export function roleOfGroups(map: readonly GroupRole[], groups: readonly string[]): Role | null {
  return map.find(({ group }) => groups.includes(group))?.role ?? null;
}

/**
 * Values of `acr` that mean more than one factor, or a passkey.
 *
 * Source: OpenID Connect EAP ACR Values 1.0; REFEDS MFA Profile; PAPE 1.0.
 */
const STRONG_ACR = [
  "phr",
  "phrh",
  "https://refeds.org/profile/mfa",
  "http://schemas.openid.net/pape/policies/2007/06/multi-factor",
];

/**
 * Whether the provider states that it asked for a second factor.
 *
 * Source: RFC 8176 (`amr`), OpenID Connect Core 1.0, 2 (`acr`).
 */
export function statesSecondFactor({ amr, acr }: Claims): boolean {
  return (Array.isArray(amr) && amr.includes("mfa")) || (typeof acr === "string" && STRONG_ACR.includes(acr));
}

/** Returns the part of an address after the @, in lower case. */
export function domainOfAddress(email: string): string {
  return email.slice(email.lastIndexOf("@") + 1).toLowerCase();
}

/** Domains at which anybody can have an address: they are nobody's organisation. */
const FREE_MAIL = new Set(
  `aol.com bigpond.com btinternet.com comcast.net duck.com fastmail.com free.fr gmail.com gmx.at gmx.ch gmx.com gmx.de
  gmx.net googlemail.com hey.com hotmail.co.uk hotmail.com hotmail.fr icloud.com laposte.net libero.it live.com mac.com
  mail.com mail.ru me.com msn.com naver.com optusnet.com.au orange.fr outlook.com outlook.com.au pm.me posteo.de proton.me
  protonmail.com qq.com rediffmail.com rocketmail.com t-online.de tutanota.com verizon.net web.de xtra.co.nz yahoo.co.in
  yahoo.co.jp yahoo.co.uk yahoo.com yahoo.com.au yahoo.de yahoo.fr yandex.com yandex.ru ymail.com zoho.com 126.com 163.com`.split(
    /\s+/,
  ),
);

export const isFreeMail = (domain: string): boolean => FREE_MAIL.has(domain);

/**
 * Why a sign-in through an identity provider ended without a session, and what to do next. The sign-in page shows these
 * sentences; they name nobody.
 */
export const SINGLE_SIGN_ON_PROBLEMS = {
  over: "This sign-in took longer than ten minutes, was used already, or began in another browser. Start again.",
  off: "Your organisation turned single sign-on off or changed it. Start again, or sign in with your password.",
  "denied-by-provider":
    "Your identity provider did not sign you in. Try again. If it happens again, ask the administrator of your identity provider.",
  unreachable:
    "Your identity provider could not be reached. Try again in a minute. If it stays away, an owner with a second factor can sign in with the password.",
  "not-verified":
    "The answer of your identity provider could not be verified, so you were not signed in. Start again. If it happens again, ask an owner to open Single sign-on in the settings and choose “Try it”.",
  "no-address":
    "Your identity provider did not send your email address. Ask its administrator to send the claim “email”.",
  "unverified-address":
    "Your identity provider does not say that your email address is verified. Ask its administrator, or an owner of your organisation.",
  "other-domain":
    "Your email address is not in a domain that your organisation verified here. Ask an owner of your organisation to verify it.",
  "no-group":
    "None of your groups at the identity provider has a role here. Ask an owner of your organisation to give one of your groups a role.",
  "not-a-member":
    "You are not a member of this organisation yet. Ask an owner or admin of your organisation to invite you.",
  "other-person":
    "The account with your email address belongs to another person at your identity provider. Ask an owner to remove that member first.",
  "account-closed": "Your account is closed. Ask the platform operator.",
  "wrong-person": "You confirmed as another person. Confirm with the account that you signed in with.",
  "not-fresh":
    "Your identity provider did not ask you to sign in again, so this does not count as a confirmation. Sign out there, then try again.",
  "no-second-factor":
    "Your identity provider did not ask for your second factor this time, so this does not count as a confirmation. Try again.",
} as const satisfies Record<string, string>;

export type SingleSignOnProblem = keyof typeof SINGLE_SIGN_ON_PROBLEMS;

/** Returns the sentence of a problem that an address names, or null if it names none. */
export function singleSignOnProblem(name: string | undefined): string | null {
  return name !== undefined && Object.hasOwn(SINGLE_SIGN_ON_PROBLEMS, name)
    ? SINGLE_SIGN_ON_PROBLEMS[name as SingleSignOnProblem]
    : null;
}
