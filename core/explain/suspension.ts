/** Returns what a tenant's people read wherever a suspension refuses something. */
export const suspensionSentence = (reason: string): string =>
  `The platform's operator suspended this organisation: “${reason}”.`;
