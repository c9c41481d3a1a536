import { GraphQLError } from "graphql/error/GraphQLError.js";
import type { ASTNode, DocumentNode } from "graphql/language/ast.js";
import type { ASTVisitor } from "graphql/language/visitor.js";
import { FieldsOnCorrectTypeRule } from "graphql/validation/rules/FieldsOnCorrectTypeRule.js";
import { FragmentsOnCompositeTypesRule } from "graphql/validation/rules/FragmentsOnCompositeTypesRule.js";
import { KnownArgumentNamesRule } from "graphql/validation/rules/KnownArgumentNamesRule.js";
import { KnownTypeNamesRule } from "graphql/validation/rules/KnownTypeNamesRule.js";
import { PossibleFragmentSpreadsRule } from "graphql/validation/rules/PossibleFragmentSpreadsRule.js";
import { ProvidedRequiredArgumentsRule } from "graphql/validation/rules/ProvidedRequiredArgumentsRule.js";
import { ScalarLeafsRule } from "graphql/validation/rules/ScalarLeafsRule.js";
import { UniqueArgumentNamesRule } from "graphql/validation/rules/UniqueArgumentNamesRule.js";
import { UniqueInputFieldNamesRule } from "graphql/validation/rules/UniqueInputFieldNamesRule.js";
import { ValuesOfCorrectTypeRule } from "graphql/validation/rules/ValuesOfCorrectTypeRule.js";
import { specifiedRules } from "graphql/validation/specifiedRules.js";
import type { ValidationContext, ValidationRule } from "graphql/validation/ValidationContext.js";
import { isChain } from "./chain.ts";

const advice =
  "if the Dagger engine has it, run this with --engine=dagger (https://docs.dagger.io/reference/container-runtimes)";

/** Reports a field, argument or type that this engine does not have, and names it as Dagger's API does. */
function missing(context: ValidationContext): ASTVisitor {
  const report = (what: string, nodes: ASTNode) =>
    context.reportError(new GraphQLError(`${what} is not part of the local engine: ${advice}`, { nodes }));
  return {
    Field(node) {
      const parent = context.getParentType();
      if (parent && !context.getFieldDef()) report(`${parent.name}.${node.name.value}`, node);
    },
    Argument(node) {
      const field = context.getFieldDef();
      const parent = context.getParentType();
      if (field && parent && !context.getArgument()) {
        report(`the argument ${node.name.value} of ${parent.name}.${field.name}`, node);
      }
    },
    NamedType(node) {
      if (!context.getSchema().getType(node.name.value)) report(`the type ${node.name.value}`, node);
    },
  };
}

const replaced: readonly unknown[] = [FieldsOnCorrectTypeRule, KnownArgumentNamesRule, KnownTypeNamesRule];

/**
 * The rules of GraphQL. Those about unknown names are replaced, because a person who meets one may turn to the Dagger
 * engine.
 */
const rules = [missing, ...specifiedRules.filter((rule) => !replaced.includes(rule))];

/** Those that a chain of selections can break. All rules together took as long as to answer. */
const rulesOfChain = [
  missing,
  FragmentsOnCompositeTypesRule,
  PossibleFragmentSpreadsRule,
  ProvidedRequiredArgumentsRule,
  ScalarLeafsRule,
  UniqueArgumentNamesRule,
  UniqueInputFieldNamesRule,
  ValuesOfCorrectTypeRule,
];

/** The rules that a document may break. */
export const rulesFor = (document: DocumentNode): readonly ValidationRule[] =>
  isChain(document) ? rulesOfChain : rules;
