"""Steps of training, as the users of each library write them.

Each library's file offers some of these, called with a Training case, returning a function that
takes nothing:

    step            zero the gradients, forward, backward, optimizer; the function returns a reader:
                    called after it, it gives (gradients, parameters) in the order of the case
    predict         the scores of the batch, with recording switched off
    fit, loop       a whole run from new weights: by the library's own loop, and by one of the
                    user's; the mean loss of each epoch
"""
