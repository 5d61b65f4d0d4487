import { createHash, generateKeyPairSync, randomBytes, sign } from "node:crypto";

const sha256 = (data: Uint8Array | string) => createHash("sha256").update(data).digest();
const b64 = (data: Uint8Array) => Buffer.from(data).toString("base64url");
const USER_PRESENT = 0x01;
const HAS_CREDENTIAL = 0x40;

interface Asked {
  challenge: string;
}

/** A passkey in software: what a browser and its authenticator answer on the page `origin`. `counts`: it counts signatures. */
export function softwareAuthenticator(origin: string, { counts = true } = {}) {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const id = randomBytes(32);
  const rpIdHash = sha256(new URL(origin).hostname);
  let counter = 0;
  const clientData = (type: string, { challenge }: Asked) =>
    Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }));
  const authenticatorData = (flags: number, credential = Buffer.alloc(0)) => {
    const count = Buffer.alloc(4);
    count.writeUInt32BE(counter);
    return Buffer.concat([rpIdHash, Buffer.from([flags]), count, credential]);
  };
  /** The public key in COSE's form. */
  const coseKey = () => {
    const { x, y } = publicKey.export({ format: "jwk" });
    const coordinate = (label: number, value: string) =>
      Buffer.concat([Buffer.from([label, 0x58, 0x20]), Buffer.from(value, "base64url")]);
    return Buffer.concat([
      Buffer.from([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01]),
      coordinate(0x21, x!),
      coordinate(0x22, y!),
    ]);
  };
  const text = (value: string) => Buffer.concat([Buffer.from([0x60 + value.length]), Buffer.from(value)]);
  const common = { id: b64(id), rawId: b64(id), type: "public-key", clientExtensionResults: {} };
  return {
    /** Sets the count of signatures, as a copy of the authenticator would be at. */
    setCounter: (to: number) => {
      counter = to;
    },
    /** Answers `secondFactor.startPasskey`. */
    create(asked: Asked) {
      const length = Buffer.from([0, id.length]);
      const credential = Buffer.concat([Buffer.alloc(16), length, id, coseKey()]);
      const authData = authenticatorData(USER_PRESENT | HAS_CREDENTIAL, credential);
      const attestationObject = Buffer.concat([
        ...[Buffer.from([0xa3]), text("fmt"), text("none"), text("attStmt"), Buffer.from([0xa0])],
        ...[text("authData"), Buffer.from([0x58, authData.length]), authData],
      ]);
      const clientDataJSON = b64(clientData("webauthn.create", asked));
      const response = {
        clientDataJSON,
        attestationObject: b64(attestationObject),
        transports: ["internal"],
      };
      return { ...common, response };
    },
    /** Answers a challenge of `auth.passkeyChallenge` or `secondFactor.challenge`. */
    sign(asked: Asked) {
      if (counts) counter += 1;
      const client = clientData("webauthn.get", asked);
      const authData = authenticatorData(USER_PRESENT);
      const signature = sign("sha256", Buffer.concat([authData, sha256(client)]), privateKey);
      return {
        ...common,
        response: {
          ...{ clientDataJSON: b64(client), authenticatorData: b64(authData), signature: b64(signature) },
        },
      };
    },
  };
}
