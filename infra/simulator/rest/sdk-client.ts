import twilio from "twilio";
import { SIMULATOR_ACCOUNT_SID, SIMULATOR_AUTH_TOKEN } from "./account.ts";

type RequestOptions<Data> = Parameters<typeof twilio.RequestClient.prototype.request<Data>>[0];

/** Changes the host of each request, because the SDK has no option for it. */
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

/** Returns the real Twilio SDK, connected to a simulator. Tests use it to see what an application sees. */
export function sdkClientFor(
  url: string,
  accountSid = SIMULATOR_ACCOUNT_SID,
  authToken = SIMULATOR_AUTH_TOKEN,
) {
  return twilio(accountSid, authToken, { httpClient: new LoopbackClient(url) });
}
