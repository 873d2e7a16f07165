"""Small tasks that train in about a second, and measures of how well a layer does on them."""
