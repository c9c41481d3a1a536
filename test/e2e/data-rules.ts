import { UNREADABLE } from "./data/damage.ts";
import { EVERY_FORM } from "./data/forms.ts";
import { RULES_BROKEN } from "./data/rules.ts";
import type { DataScenario } from "./data/scenario.ts";

/** What `validate-data` refuses by the command line: real files with a flaw in a known row. */
export const DATA_SCENARIOS: readonly DataScenario[] = [...RULES_BROKEN, EVERY_FORM, ...UNREADABLE];
