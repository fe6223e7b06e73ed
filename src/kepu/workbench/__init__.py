"""The workbench: the start page of everyone who works here, and the administration of accounts, bodies and regions."""
