import { GraphQLError } from "graphql/error/GraphQLError.js";
import { Kind } from "graphql/language/kinds.js";
import {
  GraphQLEnumType,
  type GraphQLInputType,
  GraphQLList,
  type GraphQLNamedType,
  GraphQLNonNull,
  type GraphQLOutputType,
  GraphQLScalarType,
} from "graphql/type/definition.js";
import { GraphQLBoolean, GraphQLID, GraphQLString } from "graphql/type/scalars.js";

/**
 * An integer as in Dagger's API. It has 64 bits where GraphQL's has 32, and the size of a model may need more than 32.
 */
const Int = new GraphQLScalarType<number, number>({
  name: "Int",
  serialize: wholeNumber,
  parseValue: wholeNumber,
  parseLiteral: (literal) => (literal.kind === Kind.INT ? wholeNumber(Number(literal.value)) : wholeNumber(Number.NaN)),
});

function wholeNumber(value: unknown): number {
  if (typeof value === "number" && Number.isSafeInteger(value)) return value;
  throw new GraphQLError(`an integer is needed, not ${JSON.stringify(value)}`);
}

/** Defines an enumeration. `aliases` are further names that clients use for the same value. */
function enumeration(
  name: string,
  values: readonly string[],
  aliases: Readonly<Record<string, string>> = {},
): GraphQLEnumType {
  const own = values.map((value) => [value, { value }]);
  const other = Object.entries(aliases).map(([alias, value]) => [alias, { value }]);
  return new GraphQLEnumType({ name, values: Object.fromEntries([...other, ...own]) });
}

const Platform = new GraphQLScalarType({
  name: "Platform",
  description: "Operating system and architecture: `linux/amd64`.",
});
const Void = new GraphQLScalarType({ name: "Void", description: "Nothing." });

/** All scalars and enumerations of the API. */
export const leafTypes: readonly GraphQLNamedType[] = [
  GraphQLString,
  GraphQLBoolean,
  GraphQLID,
  Int,
  Platform,
  Void,
  enumeration("CacheSharingMode", ["SHARED", "PRIVATE", "LOCKED"]),
  enumeration("ReturnType", ["SUCCESS", "FAILURE", "ANY"]),
  enumeration("NetworkProtocol", ["TCP", "UDP"]),
  enumeration("ExistsType", ["REGULAR_TYPE", "DIRECTORY_TYPE", "SYMLINK_TYPE"]),
  enumeration("FileType", ["UNKNOWN", "REGULAR", "DIRECTORY", "SYMLINK"], {
    REGULAR_TYPE: "REGULAR",
    DIRECTORY_TYPE: "DIRECTORY",
    SYMLINK_TYPE: "SYMLINK",
  }),
  enumeration("ImageLayerCompression", ["Gzip", "Zstd", "EStarGZ", "Uncompressed"], {
    GZIP: "Gzip",
    ZSTD: "Zstd",
    ESTARGZ: "EStarGZ",
    UNCOMPRESSED: "Uncompressed",
  }),
  enumeration("ImageMediaTypes", ["OCIMediaTypes", "DockerMediaTypes"], {
    OCI: "OCIMediaTypes",
    DOCKER: "DockerMediaTypes",
  }),
];

const byName = new Map(leafTypes.map((type) => [type.name, type]));

/** Gives the type for GraphQL's notation, such as `[String!]!`. */
export function leafType(notation: string): GraphQLOutputType & GraphQLInputType {
  if (notation.endsWith("!")) return new GraphQLNonNull(leafType(notation.slice(0, -1)) as GraphQLScalarType);
  if (notation.startsWith("[")) return new GraphQLList(leafType(notation.slice(1, -1)) as GraphQLScalarType);
  const type = byName.get(notation);
  if (type === undefined) throw new Error(`the table of operations names an unknown type ${notation}`);
  return type as GraphQLScalarType;
}

export const inputType: (notation: string) => GraphQLInputType = leafType;

/** Gives the ID type of one kind of object, which clients before 0.21 name. */
export function loadableId(type: string): GraphQLScalarType {
  return new GraphQLScalarType({ name: `${type}ID` });
}
