import {
  type GraphQLFieldConfig,
  type GraphQLFieldConfigMap,
  GraphQLInterfaceType,
  GraphQLList,
  GraphQLNonNull,
  GraphQLObjectType,
  type GraphQLOutputType,
} from "graphql/type/definition.js";
import { GraphQLSchema } from "graphql/type/schema.js";
import type { Session } from "../engine/session.ts";
import { inputType, leafType, leafTypes, loadableId } from "./leaf-types.ts";
import type { Node, Nodes } from "./nodes.ts";
import type { Operation } from "./operations/define.ts";
import { operations } from "./operations/index.ts";
import { argumentsOf, resolve } from "./resolve.ts";
import type { TypeName } from "./types.ts";

type Fields = GraphQLFieldConfigMap<Node, unknown>;

/** Builds the schema from the table of operations, which run on `session`. `nodes` keeps the objects of its IDs. */
export function buildSchema(session: Session, nodes: Nodes): GraphQLSchema {
  const types = new Map<TypeName, GraphQLObjectType<Node>>();
  const id: GraphQLFieldConfig<Node, unknown> = {
    type: leafType("ID!"),
    description: "The recipe of this object; nothing runs for it.",
    resolve: (self) => self.id,
  };
  const node = new GraphQLInterfaceType({
    name: "Node",
    description: "Every object that has an ID.",
    fields: { id: { type: leafType("ID!") } },
    resolveType: (value: Node) => value.type,
  });
  const names = new Set<TypeName>([
    "Query",
    ...operations.flatMap(({ on, result }) => ("type" in result && result.kind !== "leaf" ? [on, result.type] : [on])),
  ]);
  const fieldsOf = (name: TypeName): Fields => ({
    id,
    ...Object.fromEntries(
      operations
        .filter(({ on }) => on === name)
        .map((operation) => [operation.name, field(session, nodes, operation, types)]),
    ),
    ...(name === "Query" ? loaders(nodes, [...names], types, node) : {}),
  });
  for (const name of names) {
    types.set(name, new GraphQLObjectType<Node>({ name, interfaces: [node], fields: () => fieldsOf(name) }));
  }
  return new GraphQLSchema({ query: types.get("Query"), types: [...types.values(), ...leafTypes] });
}

function field(
  session: Session,
  nodes: Nodes,
  operation: Operation,
  types: ReadonlyMap<TypeName, GraphQLObjectType<Node>>,
): GraphQLFieldConfig<Node, unknown> {
  const args = Object.entries(operation.args).map(([name, { type, default: value, doc }]) => [
    name,
    { type: inputType(type), description: doc, ...(value !== undefined && { defaultValue: value }) },
  ]);
  return {
    type: outputType(operation, types),
    description: operation.doc,
    args: Object.fromEntries(args),
    resolve: (self, given: Record<string, unknown>) =>
      resolve(session, nodes, operation, self, argumentsOf(operation, given)),
  };
}

function outputType({ result }: Operation, types: ReadonlyMap<TypeName, GraphQLObjectType<Node>>): GraphQLOutputType {
  if (result.kind === "leaf") return leafType(result.type);
  const type = types.get(result.type) as GraphQLObjectType<Node>;
  if (result.kind === "list") return new GraphQLNonNull(new GraphQLList(new GraphQLNonNull(type)));
  return result.nullable ? type : new GraphQLNonNull(type);
}

/**
 * Defines the fields that load an object by its ID: `node(id:)` for clients since 0.21, and `loadContainerFromID(id:)`
 * and the like for earlier ones.
 */
function loaders(
  nodes: Nodes,
  names: readonly TypeName[],
  types: ReadonlyMap<TypeName, GraphQLObjectType<Node>>,
  node: GraphQLInterfaceType,
): Fields {
  const fields: Fields = {
    node: {
      type: node,
      description: "The object of an ID.",
      args: { id: { type: inputType("ID!") } },
      resolve: (_self, { id }) => nodes.find(String(id)),
    },
  };
  for (const name of names) {
    if (name === "Query") continue;
    fields[`load${name}FromID`] = {
      type: new GraphQLNonNull(types.get(name) as GraphQLObjectType<Node>),
      description: `The ${name} of an ID.`,
      args: { id: { type: new GraphQLNonNull(loadableId(name)) } },
      resolve: (_self, { id }) => nodes.find(String(id), name),
    };
  }
  return fields;
}
