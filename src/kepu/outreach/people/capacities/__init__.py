"""What persons can give: experts, counsellors, commissioners, information officers, posts and teams."""
