import { z } from "zod";
import { externalCommand, externalGateTable } from "../config/external-command.ts";
import type { Gate } from "./gate.ts";

/** What stands before the names of such gates, so that none has the name of one of ours. */
const PREFIX = "external.";

/** What such a gate is called by. */
export const externalId = z.string().regex(/^external\.[a-z0-9][a-z0-9-]*$/);

/** The name that a gate from outside has in its table; undefined for one of ours. */
export const externalNameOf = (id: string): string | undefined =>
  id.startsWith(PREFIX) ? id.slice(PREFIX.length) : undefined;

export const externalIdOf = (name: string): string => `${PREFIX}${name}`;

/**
 * A gate that is a command from outside: `gates.external.NAME`. All of its checks must be kept, and what cannot be used is broken.
 * It has no models of its own that it must refuse, so that a self-test does not try it.
 */
export const externalGate = (name: string): Gate<string, typeof externalGateTable> => ({
  id: externalIdOf(name),
  settings: externalGateTable,
  needs: (settings) => ({ external: { [name]: externalCommand(`gates.${externalIdOf(name)}`, settings) } }),
  decide: ({ external }) => external[name] ?? [],
  mutants: () => [],
  harms: () => [],
});
