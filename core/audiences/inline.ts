import { AUDIENCE_WHOLE_MAX, type AudienceGroup, type AudienceRule, isGroup } from "./definition.ts";

/** A saved audience, as others refer to it. */
export interface SavedDefinition {
  id: string;
  name: string;
  definition: AudienceGroup;
}

export type Inlined = { ok: true; definition: AudienceGroup } | { ok: false; sentence: string };

/**
 * Puts the definitions of other audiences in the place of "in another audience", so that one statement can be made of
 * it and a launched campaign keeps all of it. Refuses a circle, an audience that is gone, and a whole that is too
 * large. `self`: the audience that is being saved.
 */
export function inlineAudiences(
  definition: AudienceGroup,
  saved: ReadonlyMap<string, SavedDefinition>,
  self: { id: string; name: string } | null = null,
): Inlined {
  let conditions = 0;
  const ruleOf = (rule: AudienceRule, path: readonly { id: string; name: string }[]): AudienceRule => {
    if (isGroup(rule)) return groupOf(rule, path);
    if (rule.about !== "audience") {
      conditions += 1;
      if (conditions > AUDIENCE_WHOLE_MAX) throw new Refusal(TOO_LARGE);
      return rule;
    }
    const again = path.findIndex(({ id }) => id === rule.audience);
    const found = saved.get(rule.audience);
    if (again >= 0) throw new Refusal(circle([...path.slice(again), path[again]!].map(({ name }) => name)));
    if (!found) throw new Refusal("An audience that this one refers to was removed. Choose another.");
    const inner = groupOf(found.definition, [...path, found]);
    return { match: rule.not ? "none" : "all", rules: [inner] };
  };
  const groupOf = (
    { match, rules }: AudienceGroup,
    path: readonly { id: string; name: string }[],
  ): AudienceGroup => ({ match, rules: rules.map((rule) => ruleOf(rule, path)) });
  try {
    return { ok: true, definition: groupOf(definition, self ? [self] : []) };
  } catch (error) {
    if (error instanceof Refusal) return { ok: false, sentence: error.message };
    throw error;
  }
}

class Refusal extends Error {}

const TOO_LARGE = `With the audiences inside it, this has more than ${AUDIENCE_WHOLE_MAX} conditions. Make it simpler.`;

const circle = (names: readonly string[]) =>
  `These audiences refer to each other in a circle: ${names.map((name) => `“${name}”`).join(" → ")}. Remove one of the references.`;
