import { type AudienceGroup, audiencesOf, fieldsOf } from "./definition.ts";

interface Named {
  id: string;
  name: string;
  definition: AudienceGroup;
}

/** Returns the audiences whose conditions name a custom field. */
export const audiencesOfField = <A extends Named>(saved: readonly A[], field: string): A[] =>
  saved.filter(({ definition }) => fieldsOf(definition).includes(field));

/** Returns the audiences that refer to an audience. */
export const audiencesAround = <A extends Named>(saved: readonly A[], id: string): A[] =>
  saved.filter(({ definition }) => audiencesOf(definition).includes(id));
