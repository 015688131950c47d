// @NAME@: a data step over @TABLE@, from the text in @READ@ to the text in @WRITE@.
package main

import "strings"

func init() { Rows(row, Write{"@WRITE@", TEXT}) }

// One row: reads columns, writes columns. What isn't written is NULL; an error refuses the row.
func row(row Row, out *Out) error {
	text, found := row.Text("@READ@")
	if found {
		out.Text("@WRITE@", strings.ToLower(text))
	}
	return nil
}
