import pytest

from hubportal.spreadsheets import csv_response, harmless


@pytest.mark.parametrize("text", ["=1+1", "+44", "-2", "@sum", "\t=1", "\r=1", "\n=1", "  =1"])
def test_harmless_puts_an_apostrophe_before_a_formula(text):
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize("cell", ["St Mary’s", "", "a=b", -2, None, 3.5])
def test_harmless_leaves_everything_else_alone(cell):
    assert harmless(cell) == cell


def test_csv_response_is_a_download_that_excel_reads():
    response = csv_response(filename="schools.csv", columns=["Name"], rows=[["=cmd"], ["Ysgol Gŵyr"]])

    assert response.content.decode("utf-8-sig").splitlines() == ["Name", "'=cmd", "Ysgol Gŵyr"]
    assert response.content.startswith(b"\xef\xbb\xbf")
    assert response["Content-Disposition"] == 'attachment; filename="schools.csv"'
