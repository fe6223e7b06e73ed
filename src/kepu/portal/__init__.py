"""The portal (公众门户): pages for everyone, composed of several rooms."""
