import type { Column, ColumnKind } from "./columns.ts";
import { isSpelledMissing, MISSING, maySpellValue } from "./missing.ts";
import { predicateMacro } from "./predicate.ts";
import { FILE_COLUMN, identifier, literal, numberOf } from "./sql.ts";

/** The type of a column in `data.types`. */
export type DeclaredType = "integer" | "number" | "text" | "boolean" | "date" | "timestamp";

/** The name of an added column; `nameConflicts` refuses data with such names. */
const internalName = (name: string): string => identifier(`ml_pipeline_${name}`);

/** Matches the names of columns that rules added. */
const ADDED = /"ml_pipeline_(?:value|rule)_\d+"/g;
/** Matches a name in quotation marks, or a text, which may hold some too. */
const NAME_OR_TEXT = /"(?:[^"]|"")+"|'(?:[^']|'')*'/g;

const TRUE_AND_FALSE = "'true', 'false', 't', 'f', 'yes', 'no', 'y', 'n', '1', '0'";
const ISO_DATE = literal("\\d{4}-\\d{2}-\\d{2}");
/** Needed because DuckDB also casts "inf" and "epoch" to timestamps. */
const ISO_TIMESTAMP = literal(
  "\\d{4}-\\d{2}-\\d{2}([T ]\\d{2}:\\d{2}(:\\d{2}(\\.\\d+)?)?\\s?(Z|[+-]\\d{2}(:?\\d{2})?)?)?",
);

const WHOLE = literal("[+-]?\\d+(\\.0*)?");
const NUMBERS: ReadonlySet<ColumnKind> = new Set(["integer", "number"]);

/** The name of a column's unchanged value beside its typed one. */
const kept = (index: number): string => internalName(`raw_${index}`);

interface Predicate {
  readonly alias: string;
  /** The macro that is the predicate over whole numbers. */
  readonly macro: string;
  /** The columns that it names, all of which are parameters of the macro: it knows no others. */
  readonly named: readonly Column[];
  /** Those of numbers in text. */
  readonly numbers: readonly Column[];
}

/**
 * All rows of the data with computed columns. An expression that several rules need, such as a text cast to a number, is
 * computed once: each method adds its expression as a column and returns the column's name. Call `from()` last, when all
 * columns have been added.
 */
export class SqlView {
  readonly columns: readonly Column[];
  readonly rows: string;
  private readonly named: ReadonlyMap<string, Column>;
  private readonly places: ReadonlyMap<Column, number>;
  private readonly types: ReadonlyMap<string, DeclaredType>;
  private readonly missing: readonly string[];
  private readonly derived = new Map<string, string>();
  private readonly predicates = new Map<string, Predicate>();

  /**
   * @param rows a table expression of the rows: a SELECT in parentheses, or a table's name
   * @param types declared types of columns; the others have the kind that the data suggests
   * @param missing texts that stand for a missing value in columns that are not text
   */
  constructor(
    rows: string,
    columns: readonly Column[],
    types: Readonly<Record<string, DeclaredType>> = {},
    missing: readonly string[] = MISSING,
  ) {
    this.rows = rows;
    this.columns = columns;
    this.named = new Map(columns.map((column) => [column.name, column]));
    this.places = new Map(columns.map((column, index) => [column, index]));
    this.types = new Map(Object.entries(types));
    this.missing = missing;
  }

  column(name: string): Column | undefined {
    return this.named.get(name);
  }

  /** The declared type of a column of text, or else its guessed kind. */
  kind(column: Column): ColumnKind {
    return (column.textual ? this.types.get(column.name) : undefined) ?? column.kind;
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
    if (column.textual) return this.derive(numberOf(raw));
    if (column.kind === "boolean") return this.derive(`${raw}::INTEGER::DOUBLE`);
    return column.kind === "integer" || column.kind === "number" ? this.derive(`${raw}::DOUBLE`) : "NULL::DOUBLE";
  }

  /** The value as a DATE; null if it is none. */
  private date(column: Column): string {
    return this.derive(`try_cast(${this.raw(column)} AS DATE)`);
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
        // Most dates are written as DuckDB writes them, which takes a fraction of the time of a regular expression.
        return `CASE WHEN strlen(${raw}) = 10 AND ${this.date(column)}::VARCHAR = ${raw} THEN true ELSE regexp_full_match(trim(${raw}), ${ISO_DATE}) AND ${this.date(column)} IS NOT NULL END`;
      case "timestamp":
        return `(regexp_full_match(${raw}, ${ISO_TIMESTAMP}) AND try_cast(${raw} AS TIMESTAMP) IS NOT NULL)`;
    }
  }

  /** A predicate for whether there is no value: null, or in a column that is not text what stands for one. */
  isNull(column: Column): string {
    const raw = this.raw(column);
    if (!column.textual || this.kind(column) === "text") return `${raw} IS NULL`;
    return this.unlessValue(
      column,
      `CASE WHEN ${raw} IS NULL THEN true ELSE ${isSpelledMissing(raw, this.missing)} END`,
    );
  }

  /**
   * A predicate that is false for a finite number or a date in a column of such, and asks another one of the rest only. It is
   * for predicates that are false for those: the number is there anyway, and to compare a text with spellings costs more.
   */
  unlessValue(column: Column, predicate: string): string {
    const kind = this.kind(column);
    if (!column.textual || !(NUMBERS.has(kind) || kind === "date")) return predicate;
    return this.unlessFinite(kind === "date" ? this.date(column) : this.number(column), predicate);
  }

  /**
   * A predicate for whether a text in a column of numbers stands for a missing value; false for null.
   *
   * @param number the text as a DOUBLE
   */
  isMissingNumber(text: string, number: string): string {
    return this.unlessFinite(number, isSpelledMissing(text, this.missing));
  }

  private unlessFinite(value: string, predicate: string): string {
    return this.missing.some(maySpellValue)
      ? predicate
      : `CASE WHEN isfinite(${value}) THEN false ELSE ${predicate} END`;
  }

  /** A predicate for whether there is a value of which another predicate is not true; a missing one is asked for last. */
  isNot(column: Column, holds: string): string {
    const raw = this.raw(column);
    const isText = !column.textual || this.types.get(column.name) === "text";
    const isThere = isText ? "true" : `NOT ${isSpelledMissing(raw, this.missing)}`;
    return `CASE WHEN ${raw} IS NULL OR ${holds} THEN false ELSE ${isThere} END`;
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
   * Adds a user's predicate, in which columns have their types.
   *
   * @param named the columns that it names
   */
  predicate(sql: string, named: readonly Column[]): string {
    const known = this.predicates.get(sql);
    if (known !== undefined) return known.alias;
    const index = this.predicates.size;
    const numbers = named.filter((column) => column.textual && NUMBERS.has(this.kind(column)));
    const alias = internalName(`rule_${index}`);
    this.predicates.set(sql, { alias, macro: internalName(`whole_${index}`), named, numbers });
    return alias;
  }

  /** The statements that must run before any query of the view, once all predicates have been added. */
  setup(): string[] {
    return [...this.predicates].flatMap(([sql, { macro, named, numbers }]) => {
      const parameters = numbers.length === 0 ? [] : named;
      return predicateMacro(
        sql,
        macro,
        parameters.map(({ name }) => name),
      );
    });
  }

  /**
   * The rows with added columns, as a table expression.
   *
   * @param reading the SQL that reads them: columns that it does not name may be left out; all are there when absent
   */
  from(reading?: string): string {
    const read = reading === undefined ? undefined : this.readBy(reading);
    const isRead = (alias: string): boolean => read?.has(alias) ?? true;
    const derived = [...this.derived].filter(([, alias]) => isRead(alias));
    const asked = [...this.predicates.values()].some(({ alias }) => isRead(alias));
    const rows = asked ? this.rowsWithPredicates() : this.rows;
    const own =
      reading === undefined || asked ? ["*"] : this.namedIn([reading, ...derived.map(([expression]) => expression)]);
    return `(SELECT ${[...own, ...derived.map(([expression, alias]) => `${expression} AS ${alias}`)].join(", ")} FROM ${rows})`;
  }

  /** The data's own columns that some SQL names: each column of a wide table that is selected takes time in every query. */
  private namedIn(sql: readonly string[]): string[] {
    const named = new Set(sql.flatMap((one) => one.match(NAME_OR_TEXT) ?? []));
    const own = [...this.columns.map(({ name }) => name), FILE_COLUMN]
      .map(identifier)
      .filter((name) => named.has(name));
    return own.length === 0 ? ["*"] : own;
  }

  /** The added columns that an expression names, and those that these are made of. */
  private readBy(reading: string): ReadonlySet<string> {
    const read = new Set<string>(reading.match(ADDED));
    // A column is made of earlier ones only.
    for (const [expression, alias] of [...this.derived].reverse()) {
      if (read.has(alias)) for (const name of expression.match(ADDED) ?? []) read.add(name);
    }
    return read;
  }

  private rowsWithPredicates(): string {
    const typed = this.columns.map((column) => `${this.typed(column)} AS ${identifier(column.name)}`);
    const unchanged = this.columns.map((column, index) => `${identifier(column.name)} AS ${kept(index)}`);
    const asked = [...this.predicates].map(([sql, one]) => `${this.asked(sql, one)} AS ${one.alias}`);
    const back = this.columns.map((column, index) => `${kept(index)} AS ${identifier(column.name)}`);
    const file = identifier(FILE_COLUMN);
    return `(SELECT ${[...back, ...[...this.predicates.values()].map(({ alias }) => alias), file].join(", ")} FROM
      (SELECT ${[...asked, ...this.columns.map((_, index) => kept(index)), file].join(", ")} FROM
        (SELECT ${[...typed, ...unchanged, file].join(", ")} FROM ${this.rows})))`;
  }

  /**
   * A predicate over the typed columns. Numbers in text are DOUBLE, to which neighbours beyond 2^53 are the same: where all of
   * its numbers are whole and one is as large, they are whole numbers. The predicate stands on its own line, so that a comment
   * in it ends there.
   */
  private asked(sql: string, { macro, named, numbers }: Predicate): string {
    if (numbers.length === 0) return `(${sql}\n)`;
    const rawOf = (column: Column): string => kept(this.places.get(column) ?? -1);
    const largest = `greatest(${numbers.map(({ name }) => `abs(${identifier(name)})`).join(", ")})`;
    const whole = numbers
      .map((column) => `coalesce(regexp_full_match(trim(${rawOf(column)}), ${WHOLE}), true)`)
      .join(" AND ");
    const given = named.map((column) =>
      numbers.includes(column) ? `try_cast(${rawOf(column)} AS HUGEINT)` : identifier(column.name),
    );
    const exact = `${macro}(${given.join(", ")})`;
    return `CASE WHEN ${largest} BETWEEN ${2 ** 53} AND 1e19 AND ${whole} THEN ${exact} ELSE (${sql}\n) END`;
  }

  private typed(column: Column): string {
    const raw = this.raw(column);
    if (!column.textual) return raw;
    switch (this.kind(column)) {
      case "integer":
      case "number":
        return numberOf(raw);
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
