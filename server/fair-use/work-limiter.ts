export interface WorkLimits {
  /** The most requests of one key in progress. */
  atOnce: number;
  /** The most of a key that has used more than half of its savings, so that it does not spend the rest at once. */
  atOnceWhenBusy: number;
  /** The time of work that a key gets in each second. */
  msPerSecond: number;
  /** The most that a key saves while it rests. */
  savedMsMax: number;
  /** The most that a key can owe. Long work is charged up to this. */
  owedMsMax: number;
  /** The most waiting requests of one key; more are refused. */
  waitingMax: number;
  /** A request that has waited longer than this is refused. */
  waitLimitMs: number;
}

/** A refused request. Only the key's own work causes it. */
export class TooMuchWork extends Error {
  readonly retryAfterSeconds: number;
  constructor(retryAfterSeconds: number) {
    super("Too much work of one key");
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

interface Account {
  savedMs: number;
  at: number;
  running: number;
  waiting: Set<() => void>;
  timer: ReturnType<typeof setTimeout> | undefined;
}

/** Accounts are dropped when they are full again. They are looked through when there are more than this. */
const ACCOUNTS_KEPT = 10_000;

/**
 * Limits the time of work of each key (a person, a network) with a token bucket of milliseconds. Work is charged when
 * it ends, because its cost is not known before. A key without savings waits; a key with others' work never does.
 * `isContended`: while it returns false nobody is waiting for the work, so only the number at once is limited.
 */
export function createWorkLimiter(limits: WorkLimits, isContended: () => boolean = () => true) {
  const { atOnce, atOnceWhenBusy, msPerSecond, savedMsMax, owedMsMax, waitingMax, waitLimitMs } = limits;
  const accounts = new Map<string, Account>();
  let keptMax = ACCOUNTS_KEPT;

  function accountOf(key: string): Account {
    const known = accounts.get(key);
    if (known) return upToDate(known);
    if (accounts.size >= keptMax) dropFull();
    const account: Account = {
      savedMs: savedMsMax,
      at: performance.now(),
      running: 0,
      waiting: new Set(),
      timer: undefined,
    };
    accounts.set(key, account);
    return account;
  }

  function upToDate(account: Account): Account {
    const now = performance.now();
    account.savedMs = Math.min(savedMsMax, account.savedMs + ((now - account.at) / 1_000) * msPerSecond);
    account.at = now;
    return account;
  }

  /** Looks through all accounts only after as many new ones as are kept, so that a flood of keys costs little each. */
  function dropFull(): void {
    for (const [key, account] of accounts) {
      const isFull = upToDate(account).savedMs >= savedMsMax;
      if (isFull && account.running === 0 && account.waiting.size === 0) accounts.delete(key);
    }
    keptMax = Math.max(ACCOUNTS_KEPT, accounts.size * 2);
  }

  function mayBegin({ running, savedMs }: Account): boolean {
    if (!isContended()) return running < atOnce;
    if (savedMs <= 0) return false;
    return running < (savedMs > savedMsMax / 2 ? atOnce : atOnceWhenBusy);
  }

  function beginWaiting(account: Account): void {
    upToDate(account);
    for (const begin of account.waiting) {
      if (!mayBegin(account)) break;
      account.waiting.delete(begin);
      account.running += 1;
      begin();
    }
    clearTimeout(account.timer);
    account.timer = undefined;
    // Ending work begins the next. Only a key without savings needs a clock.
    if (account.waiting.size > 0 && account.savedMs <= 0) {
      account.timer = setTimeout(() => beginWaiting(account), secondsUntilSaved(account) * 1_000 + 1);
    }
  }

  const secondsUntilSaved = ({ savedMs }: Account) => Math.max(0, -savedMs / msPerSecond);

  function waitIn(account: Account, signal: AbortSignal | undefined): Promise<void> {
    const retryAfter = () => Math.max(1, Math.ceil(secondsUntilSaved(upToDate(account))));
    if (account.waiting.size >= waitingMax) throw new TooMuchWork(retryAfter());
    return new Promise((resolve, reject) => {
      const leave = () => {
        account.waiting.delete(begin);
        clearTimeout(limit);
        signal?.removeEventListener("abort", abort);
      };
      const begin = () => {
        leave();
        resolve();
      };
      const abort = () => {
        leave();
        reject(signal?.reason);
      };
      const limit = setTimeout(() => {
        leave();
        reject(new TooMuchWork(retryAfter()));
      }, waitLimitMs);
      account.waiting.add(begin);
      signal?.addEventListener("abort", abort, { once: true });
      beginWaiting(account);
    });
  }

  /** Runs `work` when the key has savings. `costOf` returns what it cost, given how long it took. */
  return async function inTurn<T>(
    key: string,
    work: () => Promise<T>,
    {
      signal,
      costOf = (tookMs) => tookMs,
    }: { signal?: AbortSignal; costOf?: (tookMs: number) => number } = {},
  ): Promise<T> {
    signal?.throwIfAborted();
    const account = accountOf(key);
    if (account.waiting.size === 0 && mayBegin(account)) account.running += 1;
    else await waitIn(account, signal);
    const from = performance.now();
    try {
      return await work();
    } finally {
      upToDate(account);
      account.savedMs = Math.max(-owedMsMax, account.savedMs - costOf(performance.now() - from));
      account.running -= 1;
      beginWaiting(account);
    }
  };
}
