from src.validate_data import check_overlap, check_rows

Rows = list[dict[str, str]]


def test_real_rows_are_sound(sample_rows: Rows) -> None:
    assert check_rows("train.csv", sample_rows) == []


def test_every_kind_of_mistake_is_told(sample_rows: Rows) -> None:
    broken = [dict(row) for row in sample_rows]
    broken[0]["age"] = "NaN"
    broken[1]["income"] = "lots"
    broken[2]["capital_gain"] = broken[3]["capital_gain"] = ""
    findings = "\n".join(check_rows("train.csv", broken))
    assert "age must be a number from 0 to 120, not 'NaN' (1 rows)" in findings
    assert "income must be one of" in findings
    assert "capital_gain is missing (2 rows)" in findings


def test_a_flood_of_mistakes_is_cut_short(sample_rows: Rows) -> None:
    broken = [{**row, "age": f"x{index}"} for index, row in enumerate(sample_rows)]
    findings = check_rows("train.csv", broken)
    assert len(findings) == 6
    assert "1195 other mistakes" in findings[-1]


def test_a_class_that_is_too_rare_is_found(sample_rows: Rows) -> None:
    findings = check_rows("train.csv", [{**row, "income": "<=50K"} for row in sample_rows])
    assert findings == ["train.csv: >50K is the label of only 0.0% of the rows"]


def test_a_column_that_is_mostly_unknown_is_found(sample_rows: Rows) -> None:
    findings = check_rows("train.csv", [{**row, "occupation": ""} for row in sample_rows])
    assert findings == ["train.csv: occupation is unknown in 100.0% of the rows"]


def test_a_test_set_taken_from_the_training_set_is_found(sample_rows: Rows) -> None:
    assert check_overlap(sample_rows[:600], sample_rows[600:]) == []
    [finding] = check_overlap(sample_rows, sample_rows[:100])
    assert "100.0% of the rows are in train.csv too" in finding
