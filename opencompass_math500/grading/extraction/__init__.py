"""The text of a response to its final answer, or to the reason why there is none.

A response is read in this order; each file is one step or one thing that a step looks at::

    extract        the whole way; what is said where nothing is found
    repair         mangled control characters
    thinking       what stands outside of thoughts; markers: their marks; unclosed: a thought
                   without an end
    continuation   what answers this question, before an invented one; questions: the same
                   again, or another one; trailers: what stands below an answer
    commitments    the strongest kind of commitment that the rest makes:

  1 tags           answer tags; tagged: the value in one
  2 boxes          boxed answers; repeats: boxes that say the same; labelled: a labelled last
                   line, which overrules a box; fences: program code, which is no answer
  3 markup         JSON and ####; assignments: unknowns in lines of their own
  4 phrases        "The answer is 5"; corrections: "not 12 but 8"
  5 implicit       what only the ending shows, and what the question says against it:
    endings        the last characters: bare answers, courtesies, text that breaks off
    conclusions    the last sentence, where it concludes
      clauses      the sentence taken apart; sentences: where it begins
      statements   the value that one statement states
      unmarked     a sentence without a "therefore"; recalled: one that states nothing new
      unfinished   a sentence without its full stop
      names        a name or a word as the answer; counts: a number with the thing asked for
    closing        the last formula; closed: an equation that is done with
    objections     the question speaks against what was found
    final_value    else the one value of the last sentence:
      candidates   its values; surroundings: the words around each
      sought       what the problem asks for; givens: what it gives; asking: letters and subjects
      chosen       one value of several

    formulas, braces, snippets, things and lexicon serve all of them: formulas and braces found,
    wrapping taken off, numbers with what they count, and the words of all languages.
"""
