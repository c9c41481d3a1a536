import type { Column, ColumnKind } from "./columns.ts";
import { FILE_COLUMN, identifier, literal } from "./sql.ts";

/** The type of a column in `data.types`. */
export type DeclaredType = "integer" | "number" | "text" | "boolean" | "date" | "timestamp";

/** The name of an added column; `nameConflicts` refuses data with such names. */
const internalName = (name: string): string => identifier(`ml_pipeline_${name}`);

const TRUE_AND_FALSE = "'true', 'false', 't', 'f', 'yes', 'no', 'y', 'n', '1', '0'";
const ISO_DATE = literal("\\d{4}-\\d{2}-\\d{2}");
/** Needed because DuckDB also casts "inf" and "epoch" to timestamps. */
const ISO_TIMESTAMP = literal(
  "\\d{4}-\\d{2}-\\d{2}([T ]\\d{2}:\\d{2}(:\\d{2}(\\.\\d+)?)?\\s?(Z|[+-]\\d{2}(:?\\d{2})?)?)?",
);

/**
 * All rows of the data with computed columns. An expression that several rules need, such as a text cast to a number, is
 * computed once: each method adds its expression as a column and returns the column's name. Call `from()` last, when all
 * columns have been added.
 */
export class SqlView {
  readonly columns: readonly Column[];
  readonly rows: string;
  private readonly types: Readonly<Record<string, DeclaredType>>;
  private readonly derived = new Map<string, string>();
  private readonly predicates = new Map<string, string>();

  /**
   * @param rows a SELECT of the rows, or a table's name in parentheses
   * @param types declared types of columns; the others have the kind that the data suggests
   */
  constructor(rows: string, columns: readonly Column[], types: Readonly<Record<string, DeclaredType>> = {}) {
    this.rows = rows;
    this.columns = columns;
    this.types = types;
  }

  column(name: string): Column | undefined {
    return this.columns.find((column) => column.name === name);
  }

  /** The declared type of a column of text, or else its guessed kind. */
  kind(column: Column): ColumnKind {
    return (
      (column.textual ? Object.entries(this.types).find(([name]) => name === column.name)?.[1] : undefined) ??
      column.kind
    );
  }

  /** The unchanged value. */
  raw(column: Column): string {
    return identifier(column.name);
  }

  /** The value as text. */
  text(column: Column): string {
    return column.textual ? this.raw(column) : this.derive(`${this.raw(column)}::VARCHAR`);
  }

  /** The value as a DOUBLE; null if it is no number. */
  number(column: Column): string {
    const raw = this.raw(column);
    if (column.textual) return this.derive(`try_cast(${raw} AS DOUBLE)`);
    if (column.kind === "boolean") return this.derive(`${raw}::INTEGER::DOUBLE`);
    return column.kind === "integer" || column.kind === "number" ? this.derive(`${raw}::DOUBLE`) : "NULL::DOUBLE";
  }

  /** A predicate for whether a value that is not null has a type. */
  is(column: Column, type: DeclaredType): string {
    if (!column.textual) return isOfType(column, type, this.raw(column));
    const raw = this.raw(column);
    switch (type) {
      case "text":
        return "true";
      case "number":
        return `${this.number(column)} IS NOT NULL`;
      case "integer":
        return `(${this.number(column)} IS NOT NULL AND isfinite(${this.number(column)}) AND trunc(${this.number(column)}) = ${this.number(column)})`;
      case "boolean":
        return `lower(trim(${raw})) IN (${TRUE_AND_FALSE})`;
      case "date":
        return `(regexp_full_match(trim(${raw}), ${ISO_DATE}) AND try_cast(${raw} AS DATE) IS NOT NULL)`;
      case "timestamp":
        return `(regexp_full_match(${raw}, ${ISO_TIMESTAMP}) AND try_cast(${raw} AS TIMESTAMP) IS NOT NULL)`;
    }
  }

  /** A hash of a row's values in these columns. */
  hash(columns: readonly Column[]): string {
    return this.derive(`hash(${columns.map((column) => this.raw(column)).join(", ")})`);
  }

  /** Adds any other expression over unchanged columns. */
  derive(expression: string): string {
    const known = this.derived.get(expression);
    if (known !== undefined) return known;
    const alias = internalName(`value_${this.derived.size}`);
    this.derived.set(expression, alias);
    return alias;
  }

  /**
   * Adds a user's predicate, in which columns have their types. It stands on its own line in the query, so that a comment in
   * it ends there.
   */
  predicate(sql: string): string {
    const known = this.predicates.get(sql);
    if (known !== undefined) return known;
    const alias = internalName(`rule_${this.predicates.size}`);
    this.predicates.set(sql, alias);
    return alias;
  }

  /** The rows with all added columns, as a table expression. */
  from(): string {
    const derived = [...this.derived].map(([expression, alias]) => `${expression} AS ${alias}`);
    return `(SELECT ${["*", ...derived].join(", ")} FROM ${this.rowsWithPredicates()})`;
  }

  private rowsWithPredicates(): string {
    if (this.predicates.size === 0) return `(${this.rows})`;
    const raw = (index: number): string => internalName(`raw_${index}`);
    const typed = this.columns.map((column) => `${this.typed(column)} AS ${identifier(column.name)}`);
    const kept = this.columns.map((column, index) => `${identifier(column.name)} AS ${raw(index)}`);
    const asked = [...this.predicates].map(([sql, alias]) => `(${sql}\n) AS ${alias}`);
    const back = this.columns.map((column, index) => `${raw(index)} AS ${identifier(column.name)}`);
    const file = identifier(FILE_COLUMN);
    return `(SELECT ${[...back, ...this.predicates.values(), file].join(", ")} FROM
      (SELECT ${[...asked, ...this.columns.map((_, index) => raw(index)), file].join(", ")} FROM
        (SELECT ${[...typed, ...kept, file].join(", ")} FROM (${this.rows}))))`;
  }

  private typed(column: Column): string {
    const raw = this.raw(column);
    if (!column.textual) return raw;
    switch (this.kind(column)) {
      case "integer":
      case "number":
        return `try_cast(${raw} AS DOUBLE)`;
      case "boolean":
        return `CASE WHEN lower(trim(${raw})) IN ('true', 't', 'yes', 'y', '1') THEN true WHEN lower(trim(${raw})) IN (${TRUE_AND_FALSE}) THEN false END`;
      case "date":
        return `try_cast(${raw} AS DATE)`;
      case "timestamp":
        return `try_cast(${raw} AS TIMESTAMP)`;
      default:
        return raw;
    }
  }
}

/** As `SqlView.is`, for a typed column. */
function isOfType({ kind }: Column, type: DeclaredType, raw: string): string {
  if (kind === type || (kind === "integer" && type === "number")) return "true";
  // pandas writes integers as floating-point numbers where a column has gaps.
  if (kind === "number" && type === "integer") return `(isfinite(${raw}) AND trunc(${raw}) = ${raw})`;
  if (kind === "integer" && type === "boolean") return `${raw} IN (0, 1)`;
  if (kind === "timestamp" && type === "date") return `${raw}::DATE = ${raw}`;
  if (kind === "date" && type === "timestamp") return "true";
  return "false";
}
