import { ROLES, type Role } from "@smscrm/core/process/roles";
import type { GroupRole } from "@smscrm/core/process/single-sign-on";
import { Index, type JSX, Show } from "solid-js";
import { Button } from "../../ui/controls/button.tsx";
import { Select, TextField } from "../../ui/controls/field.tsx";

/** Which group gives which role. The first row that matches counts. */
export function GroupsTable(props: {
  claim: string;
  onClaim: (claim: string) => void;
  rows: readonly GroupRole[];
  onRows: (rows: GroupRole[]) => void;
}): JSX.Element {
  const change = (at: number, row: Partial<GroupRole>) =>
    props.onRows(props.rows.map((each, n) => (n === at ? { ...each, ...row } : { ...each })));
  return (
    <fieldset>
      <legend class="font-medium">Groups and roles</legend>
      <p class="mb-3 text-[0.8125rem] text-muted">
        <Show
          when={props.rows.length > 0}
          fallback="Without rows, members keep their roles and nobody new becomes a member."
        >
          The first row that matches gives the role, at each sign-in. Nobody without a matching group is
          signed in.
        </Show>
      </p>
      <TextField
        label="Claim with the groups"
        fieldClass="mb-4 max-w-xs"
        autocomplete="off"
        value={props.claim}
        onInput={(event) => props.onClaim(event.currentTarget.value)}
      />
      <ul class="mb-3 grid gap-2 empty:hidden">
        <Index each={props.rows}>
          {(row, at) => (
            <li class="flex flex-wrap items-center gap-2">
              <TextField
                label={`Group of row ${at + 1}`}
                hideLabel
                placeholder="Group"
                fieldClass="min-w-0 flex-1 basis-48"
                autocomplete="off"
                value={row().group}
                onInput={(event) => change(at, { group: event.currentTarget.value })}
              />
              <Select
                label={`Role of row ${at + 1}`}
                hideLabel
                fieldClass="w-36"
                value={row().role}
                onChange={(event) => change(at, { role: event.currentTarget.value as Role })}
              >
                <Index each={ROLES}>
                  {(role) => (
                    <option value={role()} selected={role() === row().role}>
                      {role()}
                    </option>
                  )}
                </Index>
              </Select>
              <Button
                look="quiet"
                size="small"
                aria-label={`Remove row ${at + 1}`}
                onClick={() =>
                  props.onRows(props.rows.filter((_, n) => n !== at).map((each) => ({ ...each })))
                }
              >
                Remove
              </Button>
            </li>
          )}
        </Index>
      </ul>
      <Button
        icon="plus"
        size="small"
        onClick={() =>
          props.onRows([...props.rows.map((each) => ({ ...each })), { group: "", role: "viewer" }])
        }
      >
        Add group
      </Button>
    </fieldset>
  );
}
