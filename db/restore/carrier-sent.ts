/** A message that the carrier accepted from us, as it stored it. */
export interface CarrierSent {
  sid: string;
  from: string;
  to: string;
  body: string;
  status: string;
  errorCode: number | null;
  priceMicros: number | null;
  createdAt: Date;
}
