// @NAME@: rows of @INTO@, one for each part of the text in @READ@ of @TABLE@, which commas part.
package main

import "strings"

func init() { Batches(transfer, Write{"@from", INTEGER}, Write{"@WRITE@", TEXT}) }

// All rows of a batch: any number of new rows for each. `@from` says which row one is made of; Reject refuses a row.
func transfer(input *Batch, out *Out) error {
	for index := uint32(0); index < input.Len; index++ {
		text, _ := input.Row(index).Text("@READ@")
		for _, part := range strings.Split(text, ",") {
			if part == "" {
				continue
			}
			out.Int("@from", int64(index))
			out.Text("@WRITE@", part)
			out.Next()
		}
	}
	return nil
}
