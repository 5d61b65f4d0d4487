import { count, counted } from "../../text/counted.ts";

/** ", like 10,340 others"; empty where nobody else waits. */
export const likeOthers = (rest: number): string => (rest > 1 ? `, like ${counted(rest - 1, "other")}` : "");

/** "60 go first and are watched for 30 minutes". */
export const goFirst = (size: number, watchMinutes: number): string =>
  `${count(size)} go first and are watched for ${counted(watchMinutes, "minute")}`;

/** "The first 60 have gone and are watched". */
export const haveGone = (size: number): string => `The first ${count(size)} have gone and are watched`;

/** "200 get one of its texts, and 60 minutes after the last of them one text is chosen". */
export const goIntoTest = (size: number, waitMinutes: number): string =>
  `${count(size)} get one of its texts, and ${counted(waitMinutes, "minute")} after the last of them one text is chosen`;
