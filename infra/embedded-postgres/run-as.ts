import { spawnSync } from "node:child_process";
import { chownSync, existsSync, lchownSync, readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { makeParent } from "./data-folder.ts";
import { EmbeddedPostgresFault } from "./fault.ts";

/** How to start PostgreSQL's programs: the words before the command, and the owner of the data folder. */
export type RunAs = { prefix: string[]; owner: Account | null; how: string };
export type Account = { uid: number; gid: number; name: string };

const probeLimitMs = 5_000;

/**
 * Chooses how to run PostgreSQL, which refuses uid 0. An ordinary user runs it directly. Root runs it in a user
 * namespace, where root has another number. The kernel still sees root, so folders that only root may enter (a clone
 * under /root) work. Where namespaces are forbidden (most containers, a chroot), root switches to an account that
 * keeps only the right to pass through folders.
 */
export function chooseRunAs(postgres: string, dataDir: string): RunAs {
  if (process.getuid?.() !== 0) return { prefix: [], owner: null, how: "as the current user" };
  const owner = ownerOf(dataDir);
  if (owner && owner.uid !== 0) return asAccount(postgres, dataDir, owner);
  return inNamespace(postgres) ?? asFirstFitting(postgres, dataDir);
}

/** Returns the prefix that makes the kernel signal a program when its parent dies; empty without setpriv. */
export function dyingWithParent(name: string): string[] {
  const words = ["setpriv", "--pdeathsig", name];
  return runs([...words, "true"]) ? words : [];
}

function inNamespace(postgres: string): RunAs | null {
  // initdb looks its own number up, so it must be in /etc/passwd.
  const account = accounts().find(({ uid }) => uid !== 0);
  if (!account) return null;
  const prefix = ["unshare", "--user", `--map-user=${account.uid}`];
  return runs([...prefix, postgres, "--version"])
    ? { prefix, owner: null, how: "in a user namespace" }
    : null;
}

function asFirstFitting(postgres: string, dataDir: string): RunAs {
  const account = ["postgres", "nobody"].flatMap((name) =>
    accounts().filter((each) => each.name === name),
  )[0];
  if (!account) throw cannotRunAsRoot(dataDir);
  const runAs = asAccount(postgres, dataDir, account);
  if (existsSync(dataDir)) giveAllTo(account, dataDir);
  return runAs;
}

function asAccount(postgres: string, dataDir: string, account: Account): RunAs {
  const stepDown = ["setpriv", `--reuid=${account.uid}`, `--regid=${account.gid}`, "--clear-groups"];
  for (const prefix of [stepDown, [...stepDown, ...leaveToPass]]) {
    if (canReach(prefix, postgres, dataDir))
      return { prefix, owner: account, how: `as the user ${account.name}` };
  }
  throw cannotRunAsRoot(dataDir);
}

/**
 * Uses no_setuid_fixup, because initdb asks access(), which otherwise checks the user's number alone and ignores the
 * capability.
 */
const leaveToPass = [
  "--securebits=+no_setuid_fixup",
  "--inh-caps=+dac_override,+dac_read_search",
  "--ambient-caps=+dac_override,+dac_read_search",
];

function canReach(prefix: string[], postgres: string, dataDir: string): boolean {
  const reaches = (target: string) => runs([...prefix, "test", "-x", target]);
  makeParent(dataDir);
  const folder = existsSync(dataDir) ? dataDir : path.dirname(dataDir);
  return reaches(postgres) && reaches(folder) && runs([...prefix, postgres, "--version"]);
}

/**
 * Changes the owner of data that root created in a namespace. The folder itself comes last, so that a kill in between
 * is repaired by the next start.
 */
function giveAllTo(owner: Account, folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const target = path.join(folder, entry.name);
    if (entry.isDirectory()) giveAllTo(owner, target);
    else lchownSync(target, owner.uid, owner.gid);
  }
  chownSync(folder, owner.uid, owner.gid);
}

function cannotRunAsRoot(dataDir: string): EmbeddedPostgresFault {
  return new EmbeddedPostgresFault(
    "cannot-run-as-root",
    `PostgreSQL refuses to run as root, this system forbids user namespaces, and no other user can reach ${dataDir}. Start as an ordinary user, set DATA_DIR to a folder that every user may enter, or set DATABASE_URL.`,
  );
}

/** Makes the account that PostgreSQL runs as the owner of a file or folder. */
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
