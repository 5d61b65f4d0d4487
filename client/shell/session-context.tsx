import type { Action } from "@smscrm/core/process/roles";
import { type Accessor, createContext, useContext } from "solid-js";
import type { Me } from "../data/session.ts";

export const SessionContext = createContext<Accessor<Me>>();

/** Returns who is signed in, and to which organisation. Works only inside the shell. */
export function useMe(): Accessor<Me> {
  const me = useContext(SessionContext);
  if (!me) throw new Error("useMe is used outside the shell");
  return me;
}

/** Returns a function for a control's `denied`: why this person may not do it, or undefined if they may. */
export function useDenied(): (action: Action) => string | undefined {
  const me = useMe();
  return (action) =>
    me().permissions.includes(action)
      ? undefined
      : `Your role (${me().roleName}) can’t do this. Ask an admin or owner`;
}
