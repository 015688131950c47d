// @NAME@: a row of @INTO@ for all rows of @TABLE@ with the same @READ@: how many they are.
package main

func init() { Batches(aggregate, Write{"@READ@", TEXT}, Write{"@WRITE@", BIG_INT}) }

// Whole groups, one behind the other: `@group` numbers them from 0, and each gives one row, in order.
func aggregate(input *Batch, out *Out) error {
	count := int64(0)
	for index := uint32(0); index < input.Len; index++ {
		row := input.Row(index)
		count++
		group, _ := row.Int("@group")
		if index+1 < input.Len {
			if next, _ := input.Row(index + 1).Int("@group"); next == group {
				continue
			}
		}
		if text, found := row.Text("@READ@"); found {
			out.Text("@READ@", text)
		}
		out.Int("@WRITE@", count)
		out.Next()
		count = 0
	}
	return nil
}
