"""Text in, verdict out: extraction, parsing and judging of final answers.

Pure: no file or network I/O at judging time, no OpenCompass, no torch.
"""
