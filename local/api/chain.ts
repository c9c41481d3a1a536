import type { DocumentNode, SelectionNode, SelectionSetNode, ValueNode } from "graphql/language/ast.js";
import { Kind } from "graphql/language/kinds.js";

/** Whether a document is what an SDK sends: one query that names nothing, has no variables, and selects one thing after the other. */
export function isChain({ definitions }: DocumentNode): boolean {
  const [operation, ...others] = definitions;
  if (operation?.kind !== Kind.OPERATION_DEFINITION || others.length > 0) return false;
  if (operation.operation !== "query" || (operation.variableDefinitions ?? []).length > 0) return false;
  if ((operation.directives ?? []).length > 0) return false;
  for (let set: SelectionSetNode | undefined = operation.selectionSet; set !== undefined; ) {
    const [selection, ...more]: SelectionSetNode["selections"] = set.selections;
    if (selection === undefined || more.length > 0 || selection.kind === Kind.FRAGMENT_SPREAD) return false;
    if ((selection.directives ?? []).length > 0 || argumentsOf(selection).some(hasVariable)) return false;
    set = selection.selectionSet;
  }
  return true;
}

const argumentsOf = (selection: SelectionNode): readonly ValueNode[] =>
  selection.kind === Kind.FIELD ? (selection.arguments ?? []).map(({ value }) => value) : [];

function hasVariable(value: ValueNode): boolean {
  if (value.kind === Kind.LIST) return value.values.some(hasVariable);
  if (value.kind === Kind.OBJECT) return value.fields.some((field) => hasVariable(field.value));
  return value.kind === Kind.VARIABLE;
}
