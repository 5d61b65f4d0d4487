/** Why the product can't start or continue: one sentence that says what to do, and the last log lines. */
export class StartFault extends Error {
  readonly lastLines: string[];

  constructor(sentence: string, lastLines: string[] = []) {
    super(sentence);
    this.name = "StartFault";
    this.lastLines = lastLines;
  }
}

/** The person asked to stop during the start. */
export class StopRequested extends Error {
  constructor() {
    super("Stopped while starting.");
    this.name = "StopRequested";
  }
}
