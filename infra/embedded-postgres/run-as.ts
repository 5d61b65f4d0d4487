import { spawnSync } from "node:child_process";
import { chmodSync, chownSync, mkdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { EmbeddedPostgresFault } from "./fault.ts";

/** How to start PostgreSQL's programs: words before the command, and who must own the data folder. */
export type RunAs = { prefix: string[]; owner: Account | null; how: string };
export type Account = { uid: number; gid: number; name: string };

const probeLimitMs = 5_000;

/**
 * PostgreSQL refuses uid 0. An ordinary user runs it as is. Root runs it in a user namespace in which root carries
 * another number: the kernel still sees root, so folders that only root may enter (a clone under /root) work.
 * Where namespaces are forbidden, root steps down to an account that can reach the folder.
 */
export function chooseRunAs(postgres: string, dataDir: string): RunAs {
  if (process.getuid?.() !== 0) return { prefix: [], owner: null, how: "as the current user" };
  const owner = ownerOf(dataDir);
  if (owner && owner.uid !== 0) return asAccount(postgres, dataDir, owner);
  return inNamespace(postgres) ?? asFirstFitting(postgres, dataDir);
}

/** The words that make the kernel signal a program when the process that started it dies; none without setpriv. */
export function dyingWithParent(name: string): string[] {
  const words = ["setpriv", "--pdeathsig", name];
  return runs([...words, "true"]) ? words : [];
}

function inNamespace(postgres: string): RunAs | null {
  // initdb looks its own number up, so it must be one that /etc/passwd knows.
  const account = accounts().find(({ uid }) => uid !== 0);
  if (!account) return null;
  const prefix = ["unshare", "--user", `--map-user=${account.uid}`];
  return runs([...prefix, postgres, "--version"])
    ? { prefix, owner: null, how: "in a user namespace" }
    : null;
}

function asFirstFitting(postgres: string, dataDir: string): RunAs {
  const closeAgain = openTheWay(path.dirname(dataDir));
  for (const name of ["postgres", "nobody"]) {
    const account = accounts().find((each) => each.name === name);
    if (account && canReach(postgres, dataDir, account)) return stepDown(account);
  }
  closeAgain();
  throw cannotRunAsRoot(dataDir);
}

/** Lets others pass through the folder above the data, which is ours; what lies in it keeps its own modes. */
function openTheWay(folder: string): () => void {
  mkdirSync(folder, { recursive: true, mode: 0o711 });
  const { mode } = statSync(folder);
  chmodSync(folder, mode | 0o011);
  return () => chmodSync(folder, mode);
}

function asAccount(postgres: string, dataDir: string, account: Account): RunAs {
  if (!canReach(postgres, dataDir, account)) throw cannotRunAsRoot(dataDir);
  return stepDown(account);
}

function stepDown(account: Account): RunAs {
  return { prefix: stepDownWords(account), owner: account, how: `as the user ${account.name}` };
}

function stepDownWords({ uid, gid }: Account): string[] {
  return ["setpriv", `--reuid=${uid}`, `--regid=${gid}`, "--clear-groups"];
}

function canReach(postgres: string, dataDir: string, account: Account): boolean {
  const words = stepDownWords(account);
  return runs([...words, postgres, "--version"]) && runs([...words, "test", "-x", path.dirname(dataDir)]);
}

function cannotRunAsRoot(dataDir: string): EmbeddedPostgresFault {
  return new EmbeddedPostgresFault(
    "cannot-run-as-root",
    `PostgreSQL refuses to run as root, this system forbids user namespaces, and no other user can reach ${dataDir}: start as an ordinary user, set DATA_DIR to a folder that every user may enter, or set DATABASE_URL.`,
  );
}

/** Gives a file or folder to the account that PostgreSQL runs as. */
export function giveTo(owner: Account | null, target: string): void {
  if (owner) chownSync(target, owner.uid, owner.gid);
}

function ownerOf(target: string): Account | null {
  try {
    const { uid, gid } = statSync(target);
    return { uid, gid, name: accounts().find((each) => each.uid === uid)?.name ?? `number ${uid}` };
  } catch {
    return null;
  }
}

function accounts(): Account[] {
  const lines = readFileSync("/etc/passwd", "utf8").split("\n");
  return lines.flatMap((line) => {
    const [name, , uid, gid] = line.split(":");
    return name && uid && gid ? [{ name, uid: Number(uid), gid: Number(gid) }] : [];
  });
}

function runs(words: string[]): boolean {
  const [command, ...args] = words;
  return spawnSync(command!, args, { stdio: "ignore", timeout: probeLimitMs }).status === 0;
}
