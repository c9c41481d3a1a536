import { expect, test } from "vitest";
import { splitWords } from "../../../src/config/command-words.ts";

const words = (line: string): readonly string[] | string => {
  const split = splitWords(line);
  return "words" in split ? split.words : split.problem;
};

test.each([
  ["python train.py --data {data}", ["python", "train.py", "--data", "{data}"]],
  ["  python\ttrain.py  ", ["python", "train.py"]],
  ["python -c 'print(1); x = \"a b\"'", ["python", "-c", 'print(1); x = "a b"']],
  ['python "my script.py" \\"a\\"', ["python", "my script.py", '"a"']],
  ['a "b\\"c\\d" \'\' ""', ["a", 'b"c\\d', "", ""]],
  ["a b'c'd", ["a", "bcd"]],
  ["a=1 b~c d#e x!", ["a=1", "b~c", "d#e", "x!"]],
  ["", []],
])("%j is %j", (line, expected) => {
  expect(words(line)).toEqual(expected);
});

test.each([
  ["a | b", '"|"'],
  ["a && b", '"&"'],
  ["a; b", '";"'],
  ["a > log", '">"'],
  ["a $HOME", '"$"'],
  ['a "$HOME"', '"$"'],
  ["a `date`", '"`"'],
  ["a $(date)", '"$"'],
  ["a *.csv", '"*"'],
  ["a data[1]", '"["'],
  ["a ~/data", '"~"'],
  ["a # comment", '"#"'],
  ["a\nb", '"\\n"'],
  ["a 'b", "not closed"],
  ["a \\", "backslash"],
])("%j needs a shell", (line, what) => {
  expect(words(line)).toContain(what);
});
