"""Evaluation (评估): mid-term and final; sheets by task and body, judged by a rubric that is data, never by the own body."""
