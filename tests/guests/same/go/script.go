// The same transform as in every other language here: a slug, a product that wraps around, a share.
package main

import "errors"

func init() { Rows(row, Write{"share", DOUBLE}, Write{"slug", TEXT}, Write{"tripled", BIG_INT}) }

func row(row Row, out *Out) error {
	if title, found := row.Text("title"); found {
		if title == "!" {
			return errors.New("a title that says !")
		}
		out.Text("slug", slug(title))
	}
	if n, found := row.Int("n"); found {
		out.Int("tripled", n*3)
	}
	if x, found := row.Float("x"); found {
		out.Float("share", x*0.7)
	}
	return nil
}

// slug is ASCII letters and digits in lower case and all that isn't ASCII; one dash for what is between them.
func slug(title string) string {
	slug, dash := make([]byte, 0, len(title)), false
	for i := 0; i < len(title); i++ {
		c := title[i]
		if c >= 'A' && c <= 'Z' {
			c += 32
		}
		if c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c >= 128 {
			if dash && len(slug) > 0 {
				slug = append(slug, '-')
			}
			dash = false
			slug = append(slug, c)
		} else {
			dash = true
		}
	}
	return string(slug)
}
