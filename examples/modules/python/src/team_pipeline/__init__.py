"""A team's own pipeline around ml-pipeline, with a stage of its own between training and publishing."""

from .main import TeamPipeline as TeamPipeline
