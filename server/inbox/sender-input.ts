import { z } from "zod";

/** The address of a person as the carrier gave it: mostly E.164, sometimes a short code or a sender name. */
export const sender = z.string().trim().min(1).max(64);
