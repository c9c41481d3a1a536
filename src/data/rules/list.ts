import { finiteRule } from "./finite.ts";
import { leakageRule } from "./leakage.ts";
import { maxDuplicatesRule } from "./max-duplicates.ts";
import { maxNullsRule } from "./max-nulls.ts";
import { minClassRatioRule } from "./min-class-ratio.ts";
import { minRowsRule } from "./min-rows.ts";
import { predicatesRule } from "./predicates.ts";
import { rangesRule } from "./ranges.ts";
import { referencesRule } from "./references.ts";
import { requiredRule } from "./required.ts";
import { textRule } from "./text.ts";
import { typesRule } from "./types.ts";
import { uniqueRule } from "./unique.ts";
import { valuesRule } from "./values.ts";

/** All rules on data, in the order of their findings in reports. */
export const RULES = [
  minRowsRule,
  requiredRule,
  finiteRule,
  typesRule,
  valuesRule,
  rangesRule,
  maxNullsRule,
  uniqueRule,
  referencesRule,
  predicatesRule,
  textRule,
  minClassRatioRule,
  maxDuplicatesRule,
  leakageRule,
] as const;
