import { count, counted } from "../../text/counted.ts";

/** ", like 10,340 others"; empty where nobody else waits. */
export const likeOthers = (rest: number): string => (rest > 1 ? `, like ${counted(rest - 1, "other")}` : "");

/** "60 go first and are watched for 30 minutes". */
export const goFirst = (size: number, watchMinutes: number): string =>
  `${count(size)} go first and are watched for ${counted(watchMinutes, "minute")}`;

/** "The first 60 have gone and are watched". */
export const haveGone = (size: number): string => `The first ${count(size)} have gone and are watched`;
