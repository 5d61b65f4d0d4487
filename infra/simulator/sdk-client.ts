import twilio from "twilio";
import { SIMULATOR_ACCOUNT_SID, SIMULATOR_AUTH_TOKEN } from "./account.ts";

type RequestOptions<Data> = Parameters<typeof twilio.RequestClient.prototype.request<Data>>[0];

/** The SDK has no base-URL option: its request client is told another host at the last moment. */
class LoopbackClient extends twilio.RequestClient {
  #base: string;

  constructor(base: string) {
    super({ timeout: 5000 });
    this.#base = base;
  }

  override request<Data>(options: RequestOptions<Data>) {
    return super.request<Data>({
      ...options,
      uri: options.uri.replace("https://api.twilio.com", this.#base),
    });
  }
}

/** The real Twilio SDK, talking to a simulator: what the tests use, so that they see what an application sees. */
export function sdkClientFor(
  url: string,
  accountSid = SIMULATOR_ACCOUNT_SID,
  authToken = SIMULATOR_AUTH_TOKEN,
) {
  return twilio(accountSid, authToken, { httpClient: new LoopbackClient(url) });
}
