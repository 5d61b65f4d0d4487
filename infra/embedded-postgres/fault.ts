/** Why the embedded server can't run, in one text that also says what to do. */
export class EmbeddedPostgresFault extends Error {
  readonly code: FaultCode;

  constructor(code: FaultCode, sentence: string) {
    super(sentence);
    this.name = "EmbeddedPostgresFault";
    this.code = code;
  }
}

export type FaultCode =
  | "unsupported-platform"
  | "missing-binary"
  | "cannot-run-as-root"
  | "not-writable"
  | "no-space"
  | "other-major"
  | "not-a-data-folder"
  | "in-use"
  | "port-in-use"
  | "initdb-failed"
  | "start-failed"
  | "other-credentials";
