import type { Action } from "@smscrm/core/roles";
import { type Accessor, createContext, useContext } from "solid-js";
import type { Me } from "../data/session.ts";

export const SessionContext = createContext<Accessor<Me>>();

/** Who is signed in, and for which organisation. Only inside the shell. */
export function useMe(): Accessor<Me> {
  const me = useContext(SessionContext);
  if (!me) throw new Error("useMe is used outside the shell");
  return me;
}

/** Why this person may not do it, or undefined when they may: what a control's `denied` wants. */
export function useDenied(): (action: Action) => string | undefined {
  const me = useMe();
  return (action) =>
    me().permissions.includes(action)
      ? undefined
      : `Your role (${me().role}) may not do this. Ask an admin or owner`;
}
